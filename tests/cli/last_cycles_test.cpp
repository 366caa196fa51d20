// SPDX-License-Identifier: Apache-2.0
// A run that fails leaves the last cycles before.
#include "cli/last_cycles.h"

#include <gmock/gmock.h>

#include "cli/run.h"
#include "tests/cli/refusal.h"
#include "traces/recording.h"

namespace weft::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Four tiles. The middle two work for a long time and then both receive first; the outer two are
/// done at once, or long after.
std::string crossed(int rounds, int after) {
  const std::string count = std::to_string(rounds);
  return ".bundle 1\n.region 2 1 4 1\n"
         ".route c0 x=3 y=1 ramp -> east\n.route c0 x=4 y=1 west -> ramp\n"
         ".route c1 x=4 y=1 ramp -> west\n.route c1 x=3 y=1 east -> ramp\n"
         ".role first x=2 y=1\n  busy 5\n  halt\n"
         ".role left x=3 y=1\n.buffer x 0x100 16\n  td t0, x, f32, [4]\n"
         "  loop " +
         count +
         "\n    send c0, t0\n    recv.set t0, c1\n  end\n"
         "  recv.set t0, c1\n  send c0, t0\n  halt\n"
         ".role right x=4 y=1\n.buffer x 0x100 16\n  td t0, x, f32, [4]\n"
         "  loop " +
         count +
         "\n    recv.set t0, c0\n    send c1, t0\n  end\n"
         "  recv.set t0, c0\n  send c1, t0\n  halt\n"
         ".role last x=5 y=1\n  busy " +
         std::to_string(after) + "\n  halt\n";
}

class LastCycles : public ::testing::Test {
 protected:
  // Behind the verifier, which refuses such programs.
  RunOutcome run_crossed(int rounds, int after, const std::string& engine = "auto") {
    place_.write("t.weft", crossed(rounds, after));
    EXPECT_EQ(place_.weft({"asm", "t.weft", "--out", "t.bundle"}).exit_code, 0);
    RunArguments arguments;
    arguments.arch = "mesh8";
    arguments.bundle = (place_ / "t.bundle").string();
    arguments.out = place_ / "r";
    arguments.engine = engine;
    arguments.data = "off";
    RunHooks hooks;
    hooks.change_bundle = [](isa::Bundle&) {};
    auto outcome = run(arguments, hooks);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    return std::move(*outcome);
  }

  traces::Recording recorded() {
    const auto recording = traces::read_recording(place_ / "r" / "recording.weft");
    EXPECT_TRUE(recording.ok());
    return *recording;
  }

  Workplace place_;
};

TEST_F(LastCycles, OfADeadlockAreThoseOfTheTilesThatWaitUntilAllStandStill) {
  for (const char* engine : {"auto", "word"}) {
    const RunOutcome outcome = run_crossed(200, 5, engine);
    ASSERT_EQ(outcome.exit_code(), 1);
    const traces::Recording recording = recorded();
    ASSERT_TRUE(recording.has_window()) << engine;
    const traces::Window& window = recording.window();
    EXPECT_EQ(window.tiles().x(), 3);
    EXPECT_EQ(window.tiles().y(), 1);
    EXPECT_EQ(window.tiles().width(), 2);
    EXPECT_EQ(window.tiles().height(), 1);
    EXPECT_EQ(window.end(), recording.summary().cycles());
    EXPECT_EQ(window.begin(), window.end() - kLastCycles);
    EXPECT_GT(window.trains_size(), 50);
    EXPECT_LE(window.trains(window.trains_size() - 1).end(), window.end());
    EXPECT_GT(window.trains(window.trains_size() - 1).end(), window.end() - 20);
    EXPECT_THAT(outcome.notes,
                ElementsAre(HasSubstr("the last 2,000 cycles of tiles 3:5,1:2 are recorded")));
    const Outcome trace = place_.weft({"trace", "r", "--perfetto", "t.pftrace"});
    EXPECT_EQ(trace.exit_code, 0) << trace.err;
  }
}

TEST_F(LastCycles, DoNotWaitForTilesThatGoOn) {
  run_crossed(3, 50'000);
  const traces::Recording recording = recorded();
  ASSERT_TRUE(recording.has_window());
  EXPECT_GE(recording.summary().cycles(), 50'000);
  EXPECT_LT(recording.window().end(), 1'000);
  EXPECT_EQ(recording.window().begin(), 0);
}

TEST_F(LastCycles, AreLeftOutWithTheOptionsThatRecordThemWhereTheRunIsLong) {
  const RunOutcome outcome = run_crossed(1'500'000, 5);
  EXPECT_FALSE(recorded().has_window());
  ASSERT_EQ(outcome.notes.size(), 1U);
  EXPECT_THAT(outcome.notes[0], HasSubstr("--trace-tiles 3:5,1:2 --trace-cycles "));
}

TEST_F(LastCycles, OfASoundRunAreNotRecorded) {
  place_.write("t.weft", ".bundle 1\n.region 0 0 1 1\n.role a x=0 y=0\n  busy 5\n  halt\n");
  ASSERT_EQ(place_.weft({"asm", "t.weft", "--out", "t.bundle"}).exit_code, 0);
  ASSERT_EQ(place_.weft({"run", "--arch", "mesh8", "--bundle", "t.bundle", "--out", "r"}).exit_code,
            0);
  EXPECT_FALSE(recorded().has_window());
}

}  // namespace
}  // namespace weft::cli
