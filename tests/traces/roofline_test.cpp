// SPDX-License-Identifier: Apache-2.0
#include "traces/roofline.h"

#include <gmock/gmock.h>

#include "tests/traces/timeline_sample.h"
#include "traces/pictures.h"

namespace weft::traces {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

void add_op(Recording& recording, const std::string& name, std::int64_t cycles, std::int64_t macs,
            std::int64_t sent, std::int64_t received) {
  OpTotals& op = *recording.add_op_totals();
  op.set_name(name);
  op.mutable_bins()->set_compute(cycles / 2);
  op.mutable_bins()->set_input(cycles - cycles / 2);
  op.set_macs(macs);
  op.set_words_sent(sent);
  op.set_words_received(received);
}

Recording with_ops() {
  Recording recording = timeline_sample(24, 16, 2, 4);
  recording.clear_op_totals();
  add_op(recording, "qkv", 1000, 500, 100, 250);
  add_op(recording, "down", 3000, 600, 300, 20);
  add_op(recording, "norm", 500, 0, 10, 10);  // multiplies nothing
  add_op(recording, "local", 200, 50, 0, 0);  // moves nothing
  add_op(recording, "", 300, 5, 5, 5);        // belongs to no op
  return recording;
}

TEST(RooflineOfOps, AnOpIsItsMacsOverItsTimeAndOverItsWords) {
  const auto points = roofline_of_ops(with_ops());
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].op, "down");
  EXPECT_DOUBLE_EQ(points[0].share, 3000.0 / 5000);
  EXPECT_DOUBLE_EQ(points[0].y, 600.0 / 3000);
  EXPECT_DOUBLE_EQ(points[0].x, 600.0 / 300);
  EXPECT_EQ(points[1].op, "qkv");
  EXPECT_DOUBLE_EQ(points[1].x, 500.0 / 250);
}

TEST(RooflineOfTiles, EveryTileThatMultipliesIsInOnePoint) {
  const Recording recording = timeline_sample(24, 16, 2, 4);
  const auto points = roofline_of_tiles(recording);
  std::int64_t tiles = 0;
  for (const RooflinePoint& point : points) {
    EXPECT_LE(point.tiles, points[0].tiles);
    tiles += point.tiles;
  }
  EXPECT_EQ(tiles, 24 * 16);
}

TEST(RooflinePicture, OfOpsNamesThem) {
  const auto svg = roofline_svg(with_ops(), "ops");
  ASSERT_TRUE(svg) << svg.error().message;
  EXPECT_THAT(*svg, HasSubstr(">down 60.0 %</text>"));
  EXPECT_THAT(*svg, HasSubstr(">qkv 20.0 %</text>"));
  EXPECT_THAT(*svg, Not(HasSubstr(">norm")));
}

TEST(RooflinePicture, OfAnythingElseIsRefused) {
  const auto svg = roofline_svg(with_ops(), "input");
  ASSERT_FALSE(svg);
  EXPECT_THAT(svg.error().message, HasSubstr("--metric input: the roofline is of tiles or of ops"));
  EXPECT_FALSE(roofline_svg(timeline_sample(4, 4, 2, 4), "ops"));  // nothing counted by op
}

}  // namespace
}  // namespace weft::traces
