// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;

/// The left tile computes 100 cycles and sends 8 words to the right one, which waits for them.
class Explain : public ::testing::Test {
 protected:
  void SetUp() override {
    place_.write("t.weft",
                 ".bundle 1\n.region 0 0 2 1\n.op work\n"
                 ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
                 ".role left x=0 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [8]\n"
                 "  vfill t0, 1\n.at work\n  busy 100\n  send c0, t0\n  halt\n"
                 ".role right x=1 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [8]\n"
                 ".at work\n  recv.set t0, c0\n  halt\n");
    const Outcome made = place_.weft({"asm", "t.weft", "--out", "t.bundle"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    const Outcome run = place_.weft(
        {"run", "--arch", "mesh8", "--bundle", "t.bundle", "--data", "off", "--out", "r"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }

  Workplace place_;
};

TEST_F(Explain, SaysWhichInstructionsOfWhichOpsTheRunHangsOn) {
  const Outcome outcome = place_.weft({"explain", "r"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("(1,0): recv.set t0, c0, right 1"));
  EXPECT_THAT(outcome.out, HasSubstr("1 of them from one tile to another"));
}

TEST_F(Explain, AddsUpToTheCyclesOfTheRun) {
  const Outcome outcome = place_.weft({"explain", "r", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto json = nlohmann::json::parse(outcome.out);
  std::int64_t cycles = 0;
  for (const auto& row : json["rows"]) {
    cycles += row["cycles"].get<std::int64_t>();
  }
  EXPECT_EQ(cycles, json["cycles"].get<std::int64_t>());
  EXPECT_GE(json["kinds"]["compute"].get<std::int64_t>(), 100);
  EXPECT_EQ(json["kinds"]["link"], 6);  // two ramps of 2, a hop, and the cycle it is consumed in
  EXPECT_EQ(json["kinds"]["words"], 8);
}

// Two trains of 64 words that share a link for a while.
TEST_F(Explain, SaysSoWhereTrainsMet) {
  place_.write("meet.weft",
               ".bundle 1\n.region 0 0 4 1\n"
               ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1:2 y=0 west -> east\n"
               ".route c0 x=3 y=0 west -> ramp\n"
               ".route c1 x=1 y=0 ramp -> east\n.route c1 x=2 y=0 west -> ramp\n"
               ".role a x=0 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
               "  vfill t0, 1\n  send c0, t0\n  halt\n"
               ".role b x=1 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
               "  vfill t0, 1\n  send c1, t0\n  halt\n"
               ".role c x=2 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
               "  recv.set t0, c1\n  halt\n"
               ".role d x=3 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
               "  recv.set t0, c0\n  halt\n");
  ASSERT_EQ(place_.weft({"asm", "meet.weft", "--out", "meet.bundle"}).exit_code, 0);
  const Outcome run =
      place_.weft({"run", "--arch", "mesh8", "--bundle", "meet.bundle", "--out", "met"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("word, exact (trains met"));
  const Outcome outcome = place_.weft({"explain", "met"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("not known: trains met on shared links"));
  const Outcome window = place_.weft({"trace", "met", "--perfetto", "f"});
  EXPECT_EQ(window.exit_code, kInput);
  EXPECT_THAT(window.err, HasSubstr("trains of different colors met on links in this run"));
}

TEST_F(Explain, RefusesWhatIsNoRun) {
  const Outcome none = place_.weft({"explain", "nowhere"});
  EXPECT_EQ(none.exit_code, kIo);
  EXPECT_THAT(none.err, HasSubstr("explain: no folder 'nowhere'; give the folder"));
  EXPECT_EQ(place_.weft({"explain"}).exit_code, kInput);
}

}  // namespace
}  // namespace weft::cli
