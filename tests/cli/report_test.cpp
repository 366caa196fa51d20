// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Two folders: `r` and `s`, of two tiles of which one waits for the other.
class Report : public ::testing::Test {
 protected:
  void SetUp() override {
    place_.write("t.weft",
                 ".bundle 1\n.region 0 0 2 1\n.op work\n"
                 ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
                 ".role left x=0 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [8]\n"
                 "  vfill t0, 1\n.at work\n  busy 100\n  send c0, t0\n  halt\n"
                 ".role right x=1 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [8]\n"
                 ".at work\n  recv.set t0, c0\n  halt\n");
    ASSERT_EQ(place_.weft({"asm", "t.weft", "--out", "t.bundle"}).exit_code, 0);
    for (const char* folder : {"r", "s"}) {
      const Outcome run = place_.weft(
          {"run", "--arch", "mesh8", "--bundle", "t.bundle", "--data", "off", "--out", folder});
      ASSERT_EQ(run.exit_code, 0) << run.err;
    }
  }

  nlohmann::json facts(const std::string& file) const {
    const std::string page = place_.read(file);
    const std::size_t begin = page.find("id=\"facts\">") + 11;
    return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
  }

  Workplace place_;
};

TEST_F(Report, ARunWritesItsPage) {
  const auto run = facts("r/report.html")["runs"][0];
  EXPECT_EQ(run["report"], nlohmann::json::parse(place_.read("r/report.json")));
  EXPECT_EQ(run["name"], "r");
  EXPECT_TRUE(run["path"].is_null());
  EXPECT_EQ(run["floorplan"]["roles"], nlohmann::json({"left", "right"}));
  EXPECT_EQ(run["floorplan"]["machine"], nlohmann::json({0, 0, 8, 8}));
  EXPECT_EQ(run["floorplan"]["program_numbers"], 2 + 5 + 3);  // how many each, and which
}

TEST_F(Report, AddsTheCriticalPathAndSaysTheSameAsExplain) {
  const Outcome outcome = place_.weft({"report", "r"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "wrote r/report.html\n");
  const auto run = facts("r/report.html")["runs"][0];
  EXPECT_EQ(run["path"]["kinds"]["words"], 8);
  const Outcome explain = place_.weft({"explain", "r"});
  for (const auto& reason : run["limits"]["reasons"]) {
    EXPECT_THAT(explain.out, HasSubstr(reason["what"].get<std::string>()));
  }
}

TEST_F(Report, PutsTwoRunsIntoOnePage) {
  const Outcome outcome = place_.weft({"report", "r", "s", "--path", "off", "--out", "two.html"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto runs = facts("two.html")["runs"];
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1]["name"], "s");
}

TEST_F(Report, DrawsForPapers) {
  for (const char* kind : {"heatmap", "timeline", "mapping"}) {
    const Outcome outcome = place_.weft({"report", "r", "--svg", kind, "--out", "p.svg"});
    EXPECT_EQ(outcome.exit_code, 0) << kind << ": " << outcome.err;
    EXPECT_THAT(place_.read("p.svg"), StartsWith("<svg "));
  }
}

TEST_F(Report, WritesEveryTable) {
  const Outcome outcome = place_.weft({"report", "r", "--csv", "tables"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("wrote tables/tiles.csv\n"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("report.html")));
  EXPECT_THAT(place_.read("tables/ops.csv"), HasSubstr("work,-1,"));
}

TEST_F(Report, TablesHaveTheCriticalPathUnlessItIsOff) {
  ASSERT_EQ(place_.weft({"report", "r", "--csv", "with"}).exit_code, 0);
  EXPECT_THAT(place_.read("with/path_kinds.csv"), HasSubstr("\nwords,8\n"));
  ASSERT_EQ(place_.weft({"report", "r", "--csv", "without", "--path", "off"}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(place_ / "without/path.csv"));
}

TEST_F(Report, ARunOfNoZooModelStandsBesideNothing) {
  EXPECT_TRUE(facts("r/report.html")["runs"][0]["throughput"].is_null());
}

// One token at a time, and a prompt.
TEST(ReportThroughput, ItsFiguresAreThoseOfCompareForTheSameTask) {
  const Workplace place;
  const auto run = [&](const Words& task, const std::string& folder) {
    const Outcome outcome = place.weft(
        Words{"run", "--arch", "mesh8", "--model", "fable-1m", "--data", "off", "--out", folder} +
        task);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const std::string page = place.read(folder + "/report.html");
    const std::size_t begin = page.find("id=\"facts\">") + 11;
    const auto facts =
        nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
    return facts["runs"][0]["throughput"];
  };
  const auto compared = [&](const Words& task) {
    const Outcome outcome = place.weft(Words{"compare", "--model", "fable-1m", "--json"} + task);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  };
  const auto decode = run({"--phase", "decode", "--seq", "64", "--new-tokens", "1"}, "d");
  EXPECT_EQ(decode, compared({"--phase", "decode", "--seq", "64", "--run", "d"}));
  EXPECT_EQ(decode["rows"][0]["origin"], "simulated");
  const auto prefill = run({"--phase", "prefill", "--prompt-tokens", "1,2,3,4,5,6"}, "p");
  EXPECT_EQ(prefill, compared({"--phase", "prefill", "--seq", "6", "--run", "p"}));
  const auto generate = run({"--prompt-tokens", "1,2", "--new-tokens", "2"}, "g");
  EXPECT_TRUE(generate.is_null());
  ASSERT_EQ(place.weft({"report", "d", "--csv", "t", "--path", "off"}).exit_code, 0);
  const std::string table = place.read("t/throughput.csv");
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'),
            static_cast<std::ptrdiff_t>(decode["rows"].size()) + 1);
}

TEST(ReportOps, MacsAndWordsOfTheOpsAreThoseOfTheRun) {
  const Workplace place;
  ASSERT_EQ(place
                .weft({"run", "--arch", "mesh8", "--model", "fable-1m", "--prompt-tokens", "1,2,3",
                       "--new-tokens", "2", "--data", "off", "--out", "r"})
                .exit_code,
            0);
  const auto report = nlohmann::json::parse(place.read("r/report.json"));
  std::int64_t macs = 0, sent = 0, received = 0;
  for (const auto& op : report["op_totals"]) {
    macs += op["macs"].get<std::int64_t>();
    sent += op["words_sent"].get<std::int64_t>();
    received += op["words_received"].get<std::int64_t>();
  }
  EXPECT_EQ(macs, report["macs"].get<std::int64_t>());
  EXPECT_EQ(sent, report["words_sent"].get<std::int64_t>());
  EXPECT_GE(received, sent);
}

TEST_F(Report, ARunThatCannotBeTakenUpAgainIsShownWithoutItsPath) {
  place_.write("r/mapped.bundle", "gone");
  const Outcome outcome = place_.weft({"report", "r"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, StartsWith("weft: without the critical path: "));
  EXPECT_TRUE(facts("r/report.html")["runs"][0]["path"].is_null());
}

TEST(ReportRefusals, OneLineEach) {
  const Workplace place;
  expect_refused(place, {"report"}, kInput, {"report: the folder of a run is missing"});
  expect_refused(place, {"report", "nowhere"}, kIo, {"report: no folder 'nowhere'"});
  expect_refused(place, {"report", "a", "b", "c", "--out", "x"}, kInput,
                 {"3 runs; give one, or two"});
  expect_refused(place, {"report", "a", "b"}, kInput, {"of two runs", "--out FILE.html"});
  expect_refused(place, {"report", "a", "--svg", "heatmp", "--out", "x"}, kInput,
                 {"--svg", "did you mean 'heatmap'?"});
  expect_refused(place, {"report", "a", "--svg", "heatmap"}, kInput,
                 {"--svg", "give --out FILE.svg"});
  expect_refused(place, {"report", "a", "b", "--csv", "t"}, kInput, {"--csv", "of one run"});
  expect_refused(place, {"report", "a", "--metric", "idle"}, kInput, {"--metric", "--svg"});
  expect_refused(place, {"report", "a", "--svg", "timeline", "--metric", "idle", "--out", "x"},
                 kInput, {"--metric", "is of the heatmap and the roofline"});
  expect_refused(place, {"report", "a", "--path", "maybe"}, kInput, {"--path", "on"});
}

TEST_F(Report, ARefusalLeavesNothingBehind) {
  const Words before = place_.left_behind();
  const auto refused = [&](const Words& words, int code, const std::string& part) {
    const Outcome outcome = place_.weft(words);
    EXPECT_EQ(outcome.exit_code, code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(part));
    EXPECT_EQ(place_.left_behind(), before);
  };
  refused({"report", "r", "--out", "no/where.html"}, kIo, "there is no such folder");
  refused({"report", "r", "--out", "s"}, kIo, "it is a folder");
  refused({"report", "r", "--svg", "heatmap", "--metric", "heat", "--out", "p.svg"}, kInput,
          "--metric heat: not a figure of this recording");
  refused({"report", "r", "--csv", "r/report.json"}, kIo, "--csv");
}

}  // namespace
}  // namespace weft::cli
