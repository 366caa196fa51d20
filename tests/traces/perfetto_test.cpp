// SPDX-License-Identifier: Apache-2.0
#include "traces/perfetto.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/traces/perfetto_slices.h"
#include "tests/traces/window_sample.h"
#include "traces/perfetto_check.h"

namespace weft::traces {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::vector<PerfettoSlice> on_track(const std::string& trace, const std::string& track) {
  auto slices = slices_of(trace);
  std::erase_if(slices, [&](const PerfettoSlice& slice) { return slice.track != track; });
  return slices;
}

TEST(Perfetto, ATraceIsSound) {
  const PerfettoCheck check = check_perfetto(perfetto_trace(window_sample()));
  EXPECT_THAT(check.faults, IsEmpty());
  EXPECT_EQ(check.flows, 1);
}

TEST(Perfetto, ATileShowsOpsAndStretchesInsideThem) {
  const std::string trace = perfetto_trace(window_sample());
  EXPECT_THAT(
      on_track(trace, "tile 2,1"),
      ElementsAre(
          PerfettoSlice{
              "tile 2,1", "layers.1.mix", "op", 100, 160, {{"step", "3"}, {"layer", "1"}}, {}, {}},
          PerfettoSlice{
              "tile 2,1", "busy", "compute", 100, 140, {{"instruction", "0: busy 40"}}, {}, {}},
          PerfettoSlice{"tile 2,1",
                        "send",
                        "moving",
                        140,
                        160,
                        {{"instruction", "1: send c5, t0"}, {"color", "5"}, {"words", "20"}},
                        {1},
                        {}},
          PerfettoSlice{"tile 2,1", "idle", "idle", 160, 200, {}, {}, {}}));
  EXPECT_THAT(
      on_track(trace, "tile 3,1"),
      ElementsAre(
          PerfettoSlice{"tile 3,1",
                        "recv.set: wait input",
                        "input",
                        100,
                        150,
                        {{"instruction", "4: recv.set t0, c5"}, {"color", "5"}},
                        {},
                        {}},
          PerfettoSlice{"tile 3,1",
                        "recv.set",
                        "moving",
                        150,
                        170,
                        {{"instruction", "4: recv.set t0, c5"}, {"color", "5"}, {"words", "20"}},
                        {},
                        {1}},
          PerfettoSlice{"tile 3,1", "idle", "idle", 170, 200, {}, {}, {}}));
}

// An asynchronous receive: its words arrive while the core is at something else.
TEST(Perfetto, ATrainThatMeetsNoStretchGetsAnInstant) {
  Recording recording = window_sample();
  recording.mutable_window()->mutable_trains(0)->set_consumed(155);
  const std::string trace = perfetto_trace(recording);
  EXPECT_THAT(check_perfetto(trace).faults, IsEmpty());
  const auto slices = on_track(trace, "tile 3,1");
  ASSERT_EQ(slices.size(), 4U);
  EXPECT_THAT(slices[1].arriving, IsEmpty());
  EXPECT_EQ(slices[2],
            (PerfettoSlice{"tile 3,1",
                           "recv.set",
                           "train",
                           155,
                           155,
                           {{"instruction", "4: recv.set t0, c5"}, {"color", "5"}, {"words", "20"}},
                           {},
                           {1}}));
}

TEST(Perfetto, CountersCountTilesAndTrains) {
  const std::string trace = perfetto_trace(window_sample());
  EXPECT_THAT(counter_of(trace, "tiles computing"), ElementsAre(Pair(100, 1), Pair(140, 0)));
  EXPECT_THAT(counter_of(trace, "tiles moving words"),
              ElementsAre(Pair(100, 0), Pair(140, 1), Pair(150, 2), Pair(160, 1), Pair(170, 0)));
  EXPECT_THAT(counter_of(trace, "tiles waiting"), ElementsAre(Pair(100, 1), Pair(150, 0)));
  EXPECT_THAT(counter_of(trace, "tiles idle"),
              ElementsAre(Pair(100, 0), Pair(160, 1), Pair(170, 2), Pair(200, 0)));
  EXPECT_THAT(counter_of(trace, "trains on the way"),
              ElementsAre(Pair(100, 0), Pair(140, 1), Pair(170, 0)));
}

TEST(Perfetto, SaysWhatANanosecondIs) {
  Recording recording = window_sample();
  recording.mutable_summary()->set_frequency(850e6);
  const auto about = on_track(perfetto_trace(recording), "about this trace");
  ASSERT_EQ(about.size(), 1U);
  EXPECT_EQ(about[0].name, "1 ns = 1 cycle = 1.176 ns at 850 MHz");
  EXPECT_EQ(about[0].annotations.at("tiles"), "2:4,1:2");
  EXPECT_EQ(about[0].annotations.at("cycles"), "100:200");
}

TEST(Perfetto, NamesOfOtherBytesBecomeText) {
  Recording recording = window_sample();
  recording.mutable_window()->mutable_op_runs(0)->set_name("mix\xff");
  const auto slices = on_track(perfetto_trace(recording), "tile 2,1");
  EXPECT_EQ(slices[0].name, "mix\xEF\xBF\xBD");
}

TEST(Perfetto, TheSameRecordingGivesTheSameBytes) {
  EXPECT_EQ(perfetto_trace(window_sample()), perfetto_trace(window_sample()));
}

}  // namespace
}  // namespace weft::traces
