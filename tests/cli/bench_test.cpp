// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/measurements.h"
#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

nlohmann::json measured(const Workplace& place, const Words& more) {
  const Outcome outcome = place.weft(Words{"bench", "--quick", "--json"} + more);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  return nlohmann::json::parse(outcome.out);
}

TEST(Bench, JsonHasEveryFigureAndTheMachine) {
  const Workplace place;
  const auto report = measured(place, {});
  std::size_t at = 0;
  for (const bench::Measurement& measurement : bench::measurements()) {
    for (const bench::Figure& figure : measurement.figures) {
      ASSERT_LT(at, report["rows"].size());
      const auto& row = report["rows"][at++];
      EXPECT_EQ(row["name"], measurement.name);
      EXPECT_EQ(row["unit"], figure.unit);
      EXPECT_EQ(row["at_least"], figure.at_least);
      EXPECT_EQ(row["aim"], figure.aim);
      EXPECT_EQ(row["better"], figure.lower_is_better() ? "lower" : "higher");
      const double value = row["value"];
      EXPECT_TRUE(std::isfinite(value) && value > 0) << row;
      EXPECT_EQ(row["reached"], figure.reached(value));
      EXPECT_TRUE(row["note"].is_string());
    }
  }
  EXPECT_EQ(at, report["rows"].size());
  const auto& machine = report["machine"];
  EXPECT_NE(machine["cpu"], "");
  EXPECT_EQ(machine["threads"], 1);
  EXPECT_GT(machine["copy_gb_per_s"], 0);
  for (const char* loop : {"product", "dataflow", "word"}) {
    EXPECT_THAT((std::vector<std::string>{"avx512", "avx2", "plain"}),
                testing::Contains(machine["kernels"][loop].get<std::string>()));
  }
}

TEST(Bench, TheTableHasEveryRowAndFitsATerminal) {
  const Workplace place;
  const Outcome outcome = place.weft({"bench", "--quick"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const bench::Measurement& measurement : bench::measurements()) {
    EXPECT_THAT(outcome.out, HasSubstr("\n  " + measurement.name));
    for (const bench::Figure& figure : measurement.figures) {
      EXPECT_THAT(outcome.out, HasSubstr("  " + figure.unit + "  "));
    }
  }
  for (std::size_t at = 0, end = 0; at < outcome.out.size(); at = end + 1) {
    end = outcome.out.find('\n', at);
    EXPECT_LE(end - at, 100) << outcome.out.substr(at, end - at);
  }
}

TEST(Bench, FilterChooses) {
  const Workplace place;
  const auto report = measured(place, {"--filter", "VECTOR"});
  ASSERT_EQ(report["rows"].size(), 2U);
  EXPECT_EQ(report["rows"][0]["unit"], "M tile-steps/s");
  EXPECT_EQ(report["rows"][1]["unit"], "G instructions/s");
}

TEST(Bench, AFilterThatFitsNothingIsRefused) {
  const Workplace place;
  expect_refused(place, {"bench", "--filter", "wrod"}, kInput,
                 {"--filter wrod", "(did you mean 'word'?)", "tile GEMM 32x32x32 fp16 -> fp32"});
  expect_refused(place, {"bench", "--filter", ""}, kInput, {"bench: --filter", "is empty"});
}

TEST(Bench, HelpAndCompletionKeepWhatIsForTestsToThemselves) {
  const Workplace place;
  EXPECT_THAT(place.weft({"bench", "--help"}).out, Not(HasSubstr("--load-once")));
  EXPECT_THAT(place.weft({"completion", "bash"}).out, Not(HasSubstr("--load-once")));
  expect_refused(place, {"bench", "--load-onec"}, kInput, {"no option --load-onec; see"});
}

}  // namespace
}  // namespace weft::cli
