// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <regex>
#include <sstream>

#include "base/text.h"
#include "tests/traces/sample.h"
#include "traces/figures.h"
#include "traces/layout.h"
#include "traces/report.h"

namespace weft::traces {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Sum, in tenths of a percent, of the bin rows.
int bin_tenths(const std::string& table) {
  static const std::regex row(R"(^  (compute|set-up|moving|wait: \w+|idle) +(\d+)\.(\d) %)");
  int sum = 0;
  int rows = 0;
  for (const std::string& line : lines_of(table)) {
    if (std::smatch match; std::regex_search(line, match, row)) {
      sum += 10 * std::stoi(match[2]) + std::stoi(match[3]);
      ++rows;
    }
  }
  EXPECT_EQ(rows, 8);
  return sum;
}

void expect_fits(const std::string& table) {
  EXPECT_LE(lines_of(table).size(), 24U) << table;
  for (const std::string& line : lines_of(table)) {
    EXPECT_LE(columns_of(line), 80U) << line;
    EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
  }
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
}

TEST(ReportTable, FitsATerminalAndSaysTheFigures) {
  const std::string table = report_table(sample_recording());
  expect_fits(table);
  for (const char* text : {"fable-1m on mesh32, 32x32 tiles: generate, 5 prompt + 3 new tokens",
                           "131,000", "154.1 µs at 850 MHz", "76.47 µs", "38.82 µs", "1.23 %",
                           "gate_up", "pass against cpu; 3 of 3 tokens identical",
                           "1,234 op results, worst 0.414 of its bound in layers.1.gate_up",
                           "dataflow, exact", "6 of 6 hold"}) {
    EXPECT_THAT(table, HasSubstr(text));
  }
  RecordProperty("table", table);
}

TEST(ReportTable, WhereTheTimeWentSumsToOneHundredPercent) {
  EXPECT_EQ(bin_tenths(report_table(sample_recording())), 1000);
  std::mt19937_64 random(3);
  for (int round = 0; round < 100; ++round) {
    Recording recording = sample_recording();
    Bins& bins = *recording.mutable_summary()->mutable_bins();
    const auto cycles = [&] { return static_cast<std::int64_t>(random() >> (8 + random() % 50)); };
    bins.set_compute(cycles() + 1);
    bins.set_setup(cycles());
    bins.set_moving(cycles());
    bins.set_input(cycles());
    bins.set_output(cycles());
    bins.set_unit(cycles());
    bins.set_memory(cycles());
    bins.set_idle(cycles());
    EXPECT_EQ(bin_tenths(report_table(recording)), 1000);
  }
}

TEST(ReportTable, TheWorstCaseStillFits) {
  Recording recording = sample_recording();
  recording.mutable_summary()->set_machine(std::string(100, 'm'));
  recording.mutable_summary()->set_cycles(9'000'000'000'000'000);
  recording.mutable_summary()->set_perplexity(12.5);
  recording.mutable_engine()->set_exact(false);
  recording.mutable_engine()->set_error_percent(1.25);
  recording.mutable_engine()->set_note(std::string(90, 'n'));
  recording.mutable_check()->set_verdict("fail");
  recording.mutable_check()->set_first_bad("op " + std::string(400, 'x'));
  for (Audit& audit : *recording.mutable_audits()) {
    audit.set_ok(false);
    audit.set_detail("sent 12 bytes, received 8 bytes of the very same train");
  }
  expect_fits(report_table(recording));
  for (int i = 0; i < 20; ++i) {
    recording.mutable_deadlock()->add_cycle("tile 3,4 (role first, recv color 5) waits for 2,4");
  }
  expect_fits(report_table(recording));
}

TEST(ReportTable, AFailureIsNamed) {
  Recording recording = sample_recording();
  recording.mutable_check()->set_verdict("fail");
  recording.mutable_check()->set_first_bad("layers.1.qkv, tile 3,4, element 17: 1.5 is not 1.25");
  recording.mutable_audits(1)->set_ok(false);
  recording.mutable_audits(1)->set_detail("off by 3 cycles");
  recording.mutable_engine()->set_exact(false);
  recording.mutable_engine()->set_error_percent(1.25);
  recording.mutable_deadlock()->add_cycle("tile 3,4 waits for 2,4");
  const std::string table = report_table(recording);
  EXPECT_THAT(table, HasSubstr("fail against cpu: layers.1.qkv, tile 3,4"));
  EXPECT_THAT(table, HasSubstr("5 of 6 hold; failed: bins (off by 3 cycles)"));
  EXPECT_THAT(table, HasSubstr("not exact: 1.2 % error"));
  EXPECT_THAT(table, HasSubstr("deadlock     tile 3,4 waits for 2,4"));
}

TEST(ReportTable, ADecodeStepSaysWhatIsInItsCacheAndLargePowersAreShort) {
  Recording recording = sample_recording();
  recording.mutable_summary()->set_phase("decode");
  recording.mutable_summary()->set_cached_tokens(4095);
  recording.mutable_summary()->set_cycles(850'000'000);
  recording.mutable_energy()->set_idle(12'340e12);
  const std::string table = report_table(recording);
  EXPECT_THAT(table, HasSubstr("decode, 4,095 cached + 3 new tokens"));
  EXPECT_THAT(table, HasSubstr(", 12.3 kW"));
}

TEST(ReportTable, ABatchHasTokensInAllAndOfEachSequence) {
  Recording recording = sample_recording();
  recording.mutable_summary()->set_batch(4);
  const std::string table = report_table(recording);
  expect_fits(table);
  EXPECT_THAT(table, HasSubstr("generate, batch 4, "));
  const double each = *figures_of(sample_recording()).tokens_per_second;
  const auto rate = [](double value) { return with_commas(std::llround(value)); };
  EXPECT_THAT(table, testing::ContainsRegex("tokens/s in all +" + rate(4 * each)));
  EXPECT_THAT(table, testing::ContainsRegex("of each sequence +" + rate(each)));
}

TEST(ReportTable, AnEmptyRecordingPrints) {
  const std::string table = report_table(Recording{});
  expect_fits(table);
  EXPECT_THAT(table, HasSubstr("not checked"));
}

}  // namespace
}  // namespace weft::traces
