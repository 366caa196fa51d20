// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

constexpr const char* kStudy = R"(name: small
base:
  arch: mesh8
  model: fable-1m
  phase: decode
  seq: "16"
  config.num_hidden_layers: "1"
axes:
  - name: setup
    path: machine.tile.setup.compute
    values: ["4 cycles", "40 cycles"]
  - name: hop
    choices:
      - {name: "1", set: {machine.fabric.hop_latency: "1 cycles", machine.fabric.places_per_hop: "1"}}
      - {name: "3", set: {machine.fabric.hop_latency: "3 cycles", machine.fabric.places_per_hop: "3"}}
objectives:
  - metric: tokens_per_second
  - metric: sram_per_tile
)";

class Sweep : public ::testing::Test {
 protected:
  Outcome plan(const std::string& text = kStudy, const Words& more = {}) {
    place_.write("study.yaml", text);
    return place_.weft(Words{"sweep", "plan", "study.yaml", "--out", "s"} + more);
  }

  Json answers() {
    const Outcome outcome = place_.weft({"sweep", "pareto", "s", "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return Json::parse(outcome.out);
  }

  Workplace place_;
};

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST_F(Sweep, PlansRunsAndAnswersAStudyWithTheFiguresOfSingleRuns) {
  const Outcome planned = plan();
  ASSERT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_EQ(planned.err, "");
  EXPECT_THAT(planned.out, HasSubstr("small: 4 points, 4 jobs"));
  const Outcome run = place_.weft({"sweep", "run", "s", "--workers", "2"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("small: 4 of 4 jobs ended, 4 with figures"));
  const Json all = answers();
  ASSERT_EQ(all["points"].size(), 4u);
  EXPECT_EQ(all["points"][0]["values"]["setup"], "4 cycles");
  // Slower tiles and links are slower.
  const auto speed = [&](int point) {
    return all["points"][static_cast<std::size_t>(point)]["figures"]["tokens_per_second"]
        .get<double>();
  };
  EXPECT_GT(speed(0), speed(1));
  EXPECT_GT(speed(0), speed(2));
  EXPECT_GT(speed(1), speed(3));
  EXPECT_EQ(all["front"], Json::array({0}));
  // The same as weft run of the same thing.
  const Outcome again = place_.weft({"sweep", "rerun", "s", "--point", "3"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  const Json report = Json::parse(place_.read("s/points/3/report.json"));
  EXPECT_EQ(report["cycles"], all["points"][3]["figures"]["cycles"]);
  EXPECT_EQ(report["tokens_per_second"], all["points"][3]["figures"]["tokens_per_second"]);
  EXPECT_THAT(place_.read("s/points/3.inputs/machine.yaml"), HasSubstr("hop_latency: 3 cycles"));
}

TEST_F(Sweep, ABatchCountsTokensOfAllSequencesAndTheTimeOfOneStep) {
  const std::string study = with(kStudy, R"(  - name: setup
    path: machine.tile.setup.compute
    values: ["4 cycles", "40 cycles"]
)",
                                 "  - {name: batch, path: batch, values: [\"1\", \"3\"]}\n");
  ASSERT_EQ(plan(study).exit_code, 0);
  ASSERT_EQ(place_.weft({"sweep", "run", "s"}).exit_code, 0);
  const Json points = answers()["points"];
  ASSERT_EQ(points.size(), 4u);
  for (const Json& point : points) {
    const Json& figures = point["figures"];
    const double sequences = point["values"]["batch"] == "3" ? 3 : 1;
    EXPECT_NEAR(
        figures["tokens_per_second"].get<double>() * figures["time_per_token"].get<double>(),
        sequences, 1e-9);
  }
  EXPECT_GT(points[2]["figures"]["tokens_per_second"], points[0]["figures"]["tokens_per_second"]);
  EXPECT_GT(points[2]["figures"]["time_per_token"], points[0]["figures"]["time_per_token"]);
  const Outcome again = place_.weft({"sweep", "rerun", "s", "--point", "2"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  const Json report = Json::parse(place_.read("s/points/2/report.json"));
  EXPECT_EQ(report["batch"], 3);
  EXPECT_EQ(report["tokens_per_second"], points[2]["figures"]["tokens_per_second"]);
}

TEST_F(Sweep, AFinishedStudyRunsNothingAgainAndAnEditedOneOnlyWhatIsNew) {
  ASSERT_EQ(plan().exit_code, 0);
  ASSERT_EQ(place_.weft({"sweep", "run", "s"}).exit_code, 0);
  const Json before = answers();
  // The text is another one: it has to be planned, and what is known is kept.
  place_.write("s/study.yaml", with(kStudy, "\"40 cycles\"", "\"40 cycles\", \"60 cycles\""));
  const Outcome unplanned = place_.weft({"sweep", "run", "s"});
  EXPECT_EQ(unplanned.exit_code, kInput);
  EXPECT_THAT(unplanned.err, HasSubstr("is not as it was planned; weft sweep plan"));
  const Outcome planned = place_.weft({"sweep", "plan", "s/study.yaml", "--out", "s"});
  ASSERT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("6 points, 6 jobs, 4 of them with a result already"));
  ASSERT_EQ(place_.weft({"sweep", "resume", "s"}).exit_code, 0);
  const Json after = answers();
  ASSERT_EQ(after["points"].size(), 6u);
  for (const std::size_t point : {0, 1, 2, 3}) {
    EXPECT_EQ(after["points"][point]["figures"], before["points"][point]["figures"]) << point;
  }
}

TEST_F(Sweep, PointsThatCannotBeOrDoNotMapAreRowsWithTheirReason) {
  ASSERT_EQ(plan(with(kStudy, "[\"4 cycles\", \"40 cycles\"]", "[\"4 cycles\"]") +
                 "constraints:\n  - {metric: tokens_per_second, at_least: 1}\n")
                .exit_code,
            0);
  const std::string text =
      with(with(kStudy, "name: hop", "name: places"), "machine.fabric.places_per_hop: \"3\"",
           "machine.fabric.places_per_hop: \"1\"");
  const Outcome planned =
      plan(with(text, "path: machine.tile.setup.compute\n    values: [\"4 cycles\", \"40 cycles\"]",
                "path: machine.tile.sram\n    values: [\"1 KiB\", \"128 KiB\"]"));
  ASSERT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("2 points cannot be:"));
  EXPECT_THAT(planned.out, HasSubstr("places_per_hop is 1, must be at least"));
  const Outcome run = place_.weft({"sweep", "run", "s"});
  ASSERT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, HasSubstr("2 of 2 jobs ended, 1 with figures"));
  EXPECT_THAT(run.out, HasSubstr("  1 without figures: "));
  EXPECT_THAT(place_.weft({"sweep", "status", "s"}).out, HasSubstr("bytes of SRAM and has 1024"));
  const Json all = answers();
  EXPECT_EQ(all["points"][0]["exit"], "refused");
  EXPECT_THAT(all["points"][0]["message"].get<std::string>(), HasSubstr("needs"));
  EXPECT_EQ(all["points"][2]["exit"], "done");
  EXPECT_EQ(all["counts"]["with_figures"], 1);
  const Outcome told = place_.weft({"sweep", "pareto", "s"});
  EXPECT_THAT(told.out, HasSubstr("4 points, 1 with figures"));
  EXPECT_THAT(told.out, HasSubstr("places_per_hop"));
}

TEST_F(Sweep, AnAxisThatChangesNothingIsWarnedAboutAndTheStudyGoesOn) {
  const Outcome planned =
      plan(with(kStudy, "path: machine.tile.setup.compute", "path: new_tokens") + "");
  // new_tokens takes no unit: both values are refused.
  EXPECT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("4 points cannot be: new_tokens: '4 cycles'"));
  const Outcome idle = plan(with(kStudy, "values: [\"4 cycles\", \"40 cycles\"]",
                                 "values: [\"4 cycles\", \"+4 cycles\"]"));
  EXPECT_EQ(idle.exit_code, 0);
  EXPECT_THAT(idle.err, HasSubstr("axis setup changes nothing: all its values come to one task"));
  EXPECT_THAT(idle.out, HasSubstr("4 points, 2 jobs"));
}

TEST_F(Sweep, FaultsOfAStudyNameTheirPlaceAndLeaveNothingBehind) {
  place_.write("a.yaml", with(kStudy, "machine.tile.setup.compute", "machine.tile.setup.computes"));
  expect_refused(place_, {"sweep", "plan", "a.yaml", "--out", "s"}, kInput,
                 {"a.yaml:9:5: axes[0]", "there is no field 'computes' (did you mean 'compute'?)"});
  place_.write("b.yaml", with(kStudy, "machine.tile.setup.compute", "tile.setup.compute"));
  expect_refused(place_, {"sweep", "plan", "b.yaml", "--out", "s"}, kInput,
                 {"did you mean 'machine.tile.setup.compute'?"});
  expect_refused(place_, {"sweep", "run", "nowhere"}, kInput, {"nowhere", "holds no study"});
}

TEST_F(Sweep, AMachineThereIsNotIsToldWithTheNearestAndAFolderHoldsOneStudy) {
  const Outcome none = plan(with(kStudy, "arch: mesh8", "arch: mesh9"));
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_THAT(none.out, HasSubstr("4 points cannot be"));
  EXPECT_THAT(none.out, HasSubstr("did you mean 'mesh8'?"));
  const Outcome other = plan(with(kStudy, "name: small", "name: other"));
  EXPECT_EQ(other.exit_code, kInput);
  EXPECT_THAT(other.err, HasSubstr("--out s: holds the study small; give other another folder"));
}

}  // namespace
}  // namespace weft::cli
