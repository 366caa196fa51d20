// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Two tiles of mesh8 pass a train back and forth: most of the time it is on its way.
class WhatIf : public ::testing::Test {
 protected:
  void SetUp() override {
    place_.write("t.weft",
                 ".bundle 1\n.region 0 0 6 1\n.op work\n"
                 ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1:4 y=0 west -> east\n"
                 ".route c0 x=5 y=0 west -> ramp\n"
                 ".route c1 x=5 y=0 ramp -> west\n.route c1 x=1:4 y=0 east -> west\n"
                 ".route c1 x=0 y=0 east -> ramp\n"
                 ".role left x=0 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [2]\n"
                 "  vfill t0, 1\n.at work\n  loop 20\n  send c0, t0\n  recv.set t0, c1\n  end\n"
                 "  halt\n"
                 ".role right x=5 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [2]\n"
                 ".at work\n  loop 20\n  recv.set t0, c0\n  send c1, t0\n  end\n  halt\n");
    const Outcome made = place_.weft({"asm", "t.weft", "--out", "t.bundle"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const Outcome run = place_.weft(
        {"run", "--arch", "mesh8", "--bundle", "t.bundle", "--data", "off", "--out", "r"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }

  nlohmann::json json_of(const std::vector<std::string>& assignments) {
    std::vector<std::string> words = {"explain", "r", "--json"};
    for (const std::string& assignment : assignments) {
      words.insert(words.end(), {"--what-if", assignment});
    }
    const Outcome outcome = place_.weft(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }

  Workplace place_;
};

TEST_F(WhatIf, ConfirmsTheReasonAShorterLatencyShortens) {
  const Outcome outcome =
      place_.weft({"explain", "r", "--what-if", "fabric.ramp_latency=1 cycles"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("what if fabric.ramp_latency were 1 cycle, not 2 cycles"));
  EXPECT_THAT(outcome.out, HasSubstr("* the way from core to core"));
  EXPECT_THAT(outcome.out,
              HasSubstr("confirmed: fabric.ramp_latency 2 cycles -> 1 cycle shortens the run"));
  const auto json = json_of({"fabric.ramp_latency=1 cycles"})["what_if"][0];
  // Two ramps a way, two ways a round, twenty rounds.
  EXPECT_EQ(json["cycles"][0].get<int>() - json["cycles"][1].get<int>(), 2 * 2 * 20);
  EXPECT_EQ(json["confirmed"], true);
  double before = 0;
  double after = 0;
  for (const auto& reason : json["reasons"]) {
    before += reason["before"].get<double>();
    after += reason["after"].get<double>();
  }
  EXPECT_NEAR(before, 1, 1e-9);
  EXPECT_NEAR(after, 1, 1e-9);
}

TEST_F(WhatIf, AWorseNumberIsConfirmedTheOtherWayRound) {
  const auto json = json_of({"fabric.ramp_latency=9 cycles"})["what_if"][0];
  EXPECT_LT(json["cycles"][0], json["cycles"][1]);
  EXPECT_EQ(json["confirmed"], true);
  EXPECT_THAT(json["verdict"].get<std::string>(), HasSubstr("lengthens the run"));
}

TEST_F(WhatIf, EachIsTriedAloneAndIsTheRunOnThatMachine) {
  const auto json = json_of({"fabric.ramp_latency=1 cycles", "tile.setup.transfer=9 cycles"});
  ASSERT_EQ(json["what_if"].size(), 2U);
  EXPECT_EQ(json["what_if"][1]["cycles"][0], json["cycles"]);
  const Outcome run =
      place_.weft({"run", "--arch", "mesh8", "--set", "tile.setup.transfer=9 cycles", "--bundle",
                   "t.bundle", "--data", "off", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(nlohmann::json::parse(run.out)["cycles"], json["what_if"][1]["cycles"][1]);
}

TEST_F(WhatIf, AFieldNoReasonNamesIsNeitherConfirmedNorNot) {
  const auto of = json_of({"tile.sram=64 KiB"})["what_if"][0];
  EXPECT_TRUE(of["confirmed"].is_null());
  EXPECT_EQ(of["cycles"][0], of["cycles"][1]);
  EXPECT_THAT(of["verdict"].get<std::string>(),
              HasSubstr("changes no cycle of the run; no reason names it"));
}

// A tile computes here, and no product.
TEST_F(WhatIf, AReasonThatHangsOnSomethingElseIsNotConfirmed) {
  const auto of = json_of({"tile.tensor_macs.f32=2"})["what_if"][0];
  EXPECT_EQ(of["confirmed"], false);
  EXPECT_THAT(of["verdict"].get<std::string>(), HasSubstr("not confirmed: tile.tensor_macs.f32"));
}

TEST_F(WhatIf, TheValueItHasAlreadyChangesNothing) {
  const Outcome outcome =
      place_.weft({"explain", "r", "--what-if", "fabric.ramp_latency=2 cycles"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "  nothing changes: fabric.ramp_latency is 2 cycles already\n");
}

TEST_F(WhatIf, ExplainSaysWhatIsWorthTryingAndEachCanBePasted) {
  const Outcome outcome = place_.weft({"explain", "r"});
  EXPECT_THAT(outcome.out,
              HasSubstr("  weft explain r --what-if \"fabric.ramp_latency=1 cycles\"\n"));
  // A hop takes a cycle at least.
  EXPECT_THAT(outcome.out, Not(HasSubstr("fabric.hop_latency=0")));
  const auto json = json_of({});
  int tries = 0;
  for (const auto& limit : json["limits"]) {
    for (const auto& assignment : limit["what_if"]) {
      ++tries;
      const auto of = json_of({assignment.get<std::string>()})["what_if"][0];
      EXPECT_GE(of["cycles"][0], of["cycles"][1]) << assignment;
    }
  }
  EXPECT_GT(tries, 1);
}

TEST_F(WhatIf, RefusesWhatTheMachineDoesNotHaveOrCannotBe) {
  const std::vector<std::pair<std::string, Words>> refused = {
      {"fabric.hop_latenzy=1 cycles",
       {"--what-if fabric.hop_latenzy", "did you mean", "hop_latency"}},
      {"fabric.hop_latency", {"--what-if fabric.hop_latency", "path=value"}},
      {"fabric.hop_latency=5000 cycles", {"--what-if fabric.hop_latency=5000 cycles"}},
      {"fabric.hop_latency=900 cycles", {"--what-if: ", "places_per_hop"}},
      {"grid.width=2", {"--what-if grid.width=2", "do not fit that machine"}}};
  for (const auto& [assignment, parts] : refused) {
    const Outcome outcome = place_.weft({"explain", "r", "--what-if", assignment});
    EXPECT_EQ(outcome.exit_code, kInput) << assignment;
    EXPECT_EQ(outcome.out, "");
    ASSERT_EQ(outcome.error_lines().size(), 1U) << outcome.err;
    for (const std::string& part : parts) {
      EXPECT_THAT(outcome.err, HasSubstr(part));
    }
  }
}

}  // namespace
}  // namespace weft::cli
