// SPDX-License-Identifier: Apache-2.0
#include "traces/window.h"

#include <gmock/gmock.h>

#include "tests/traces/window_sample.h"

namespace weft::traces {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Window, CoversWhatLiesInside) {
  const WindowRange all{{2, 1, 2, 1}, 100, 200};
  EXPECT_TRUE(all.covers(all));
  EXPECT_TRUE(all.covers({{3, 1, 1, 1}, 199, 200}));
  EXPECT_FALSE(all.covers({{1, 1, 2, 1}, 100, 200}));
  EXPECT_FALSE(all.covers({{3, 1, 2, 1}, 100, 200}));
  EXPECT_FALSE(all.covers({{2, 1, 2, 2}, 100, 200}));
  EXPECT_FALSE(all.covers({{2, 1, 2, 1}, 99, 200}));
  EXPECT_FALSE(all.covers({{2, 1, 2, 1}, 100, 201}));
}

TEST(Window, APartHasTheStretchesCutAtItsEdges) {
  const Recording recording = window_sample();
  const Window part = cut_window(recording.window(), {{2, 1, 2, 1}, 130, 165});
  EXPECT_TRUE(check_window(part).ok());
  EXPECT_THAT(part.rows(0).cycles(), ElementsAre(10, 20, 5));
  EXPECT_THAT(part.rows(0).activities(), ElementsAre(0, 1, 4));
  EXPECT_THAT(part.rows(1).cycles(), ElementsAre(20, 15));
  EXPECT_EQ(part.trains_size(), 1);
}

TEST(Window, APartKeepsTrainsWithBothEndsInside) {
  const Recording recording = window_sample();
  const auto trains = [&](const WindowRange& range) {
    return cut_window(recording.window(), range).trains_size();
  };
  EXPECT_EQ(trains({{2, 1, 2, 1}, 140, 151}), 1);
  EXPECT_EQ(trains({{2, 1, 2, 1}, 141, 200}), 0);
  EXPECT_EQ(trains({{2, 1, 2, 1}, 100, 150}), 0);
  EXPECT_EQ(trains({{3, 1, 1, 1}, 100, 200}), 0);
}

TEST(Window, ADamagedOneIsRefused) {
  const auto fault = [](auto change) {
    Recording recording = window_sample();
    EXPECT_TRUE(check_window(recording.window()).ok());
    change(*recording.mutable_window());
    const Status status = check_window(recording.window());
    return status.ok() ? std::string("sound") : status.error().message;
  };
  EXPECT_THAT(fault([](Window& w) { w.mutable_tiles()->set_width(3); }), HasSubstr("its tiles"));
  EXPECT_THAT(fault([](Window& w) { w.mutable_activities(0)->set_bin(8); }),
              HasSubstr("an activity"));
  EXPECT_THAT(fault([](Window& w) { w.mutable_activities(0)->set_instruction(4); }),
              HasSubstr("an activity"));
  EXPECT_THAT(fault([](Window& w) { w.mutable_rows(0)->set_cycles(0, 39); }), HasSubstr("a tile"));
  EXPECT_THAT(fault([](Window& w) { w.mutable_rows(1)->set_activities(0, 5); }),
              HasSubstr("a tile"));
  EXPECT_THAT(fault([](Window& w) { w.mutable_rows(1)->set_cycles(0, INT64_MAX); }),
              HasSubstr("a tile"));
  EXPECT_THAT(fault([](Window& w) { w.mutable_trains(0)->set_destination(2); }),
              HasSubstr("a train"));
  EXPECT_THAT(fault([](Window& w) { w.mutable_trains(0)->set_consumed(139); }),
              HasSubstr("a train"));
}

}  // namespace
}  // namespace weft::traces
