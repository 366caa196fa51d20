// SPDX-License-Identifier: Apache-2.0
#include "traces/pictures.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "base/text.h"
#include "tests/traces/sample.h"
#include "tests/traces/timeline_sample.h"
#include "traces/packed.h"
#include "traces/svg.h"

namespace weft::traces {
namespace {

using ::testing::HasSubstr;

TEST(Pictures, OfAWaferAreSmall) {
  const Recording recording = timeline_sample(750, 994, 4, 16);
  for (const auto& svg : {heatmap_svg(recording, "input"), timeline_svg(recording),
                          roofline_svg(recording, ""), mapping_svg(recording)}) {
    ASSERT_TRUE(svg) << svg.error().message;
    EXPECT_LT(svg->size(), std::size_t{2} << 20);
    EXPECT_THAT(*svg, HasSubstr("</svg>"));
  }
}

TEST(Pictures, AHeatMapSaysItsRangeAndUnit) {
  const Recording recording = timeline_sample(24, 16, 2, 4);
  const auto svg = heatmap_svg(recording, "");
  ASSERT_TRUE(svg);
  std::int64_t most = 0;
  for (int tile = 0; tile < 24 * 16; ++tile) {
    most = std::max(most, sample_compute(tile % 24, tile / 24));
  }
  EXPECT_THAT(*svg, HasSubstr(">" + with_commas(most) + " cycles</text>"));
  EXPECT_THAT(*svg, HasSubstr("columns 0 to 23, rows 0 to 15"));
  EXPECT_THAT(*svg, HasSubstr(">layers 0-1</text>"));
}

TEST(Pictures, AMetricThatIsNotThereIsRefusedWithTheNearest) {
  const auto svg = heatmap_svg(timeline_sample(24, 16, 2, 4), "compte");
  ASSERT_FALSE(svg);
  EXPECT_THAT(svg.error().message, HasSubstr("did you mean 'compute'?"));
  EXPECT_THAT(svg.error().message, HasSubstr("link_north"));
}

TEST(Pictures, WhatARecordingLacksIsRefused) {
  Recording recording = timeline_sample(24, 16, 2, 4);
  recording.clear_floorplan();
  recording.clear_ops();
  EXPECT_FALSE(mapping_svg(recording));
  EXPECT_FALSE(roofline_svg(recording, ""));
  EXPECT_FALSE(timeline_svg(recording));
}

TEST(Pictures, ATimelineOfManyOpsHasNoMoreBoxesThanPixels) {
  Recording recording = timeline_sample(4, 4, 2, 4);
  recording.clear_ops();
  recording.mutable_summary()->set_cycles(2'000'000);
  for (int i = 0; i < 200'000; ++i) {
    OpSpan& op = *recording.add_ops();
    op.set_name("qkv");
    op.set_begin(10 * i);
    op.set_end(10 * i + 5);
  }
  const auto svg = timeline_svg(recording);
  ASSERT_TRUE(svg);
  EXPECT_LT(svg->size(), 200'000U);
}

// The size of a PNG and its sums are read as a viewer would.
TEST(Pictures, APngIsSound) {
  const std::string pixels = {0, 1, 2, 3, 4, 5};
  const std::string png = png_of(3, 2, pixels, viridis());
  EXPECT_EQ(png.substr(1, 3), "PNG");
  std::size_t at = 8;
  std::vector<std::string> kinds;
  while (at < png.size()) {
    const auto big_endian = [&](std::size_t place) {
      std::uint32_t value = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8 | static_cast<unsigned char>(png[place + i]);
      }
      return value;
    };
    const std::size_t length = big_endian(at);
    kinds.push_back(png.substr(at + 4, 4));
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(png.data() + at + 4),
                           static_cast<uInt>(length + 4));
    EXPECT_EQ(sum, big_endian(at + 8 + length));
    if (kinds.back() == "IDAT") {
      const auto rows = inflated(png.substr(at + 8, length), 8);
      ASSERT_TRUE(rows);
      EXPECT_EQ(*rows, std::string({0, 0, 1, 2, 0, 3, 4, 5}));
    }
    at += 12 + length;
  }
  EXPECT_THAT(kinds, ::testing::ElementsAre("IHDR", "PLTE", "IDAT", "IEND"));
}

TEST(Pictures, AMapThatLeavesRoomHasItsFiguresBesideIt) {
  const auto place_of = [](const Recording& recording) {
    const std::string svg = *heatmap_svg(recording, "input");
    const std::size_t text = svg.find(">least of a tile: ");
    EXPECT_NE(text, std::string::npos);
    return std::stod(svg.substr(svg.rfind(" x=\"", text) + 4));
  };
  EXPECT_GT(place_of(timeline_sample(10, 40, 2, 4)), 100);
  EXPECT_LT(place_of(timeline_sample(40, 10, 2, 4)), 100);
  EXPECT_THAT(*heatmap_svg(timeline_sample(40, 10, 2, 4), ""), HasSubstr(">mean in layers 0-1: "));
}

TEST(Pictures, ATimelineHasRoundTicksAndTheShareOfEachOp) {
  Recording recording = timeline_sample(4, 4, 2, 4);
  recording.clear_ops();
  recording.mutable_summary()->set_cycles(232'389);
  OpSpan& op = *recording.add_ops();
  op.set_name("layers.3.qkv");
  op.set_end(58'097);
  const auto svg = timeline_svg(recording);
  ASSERT_TRUE(svg);
  EXPECT_THAT(*svg, HasSubstr(">50,000</text>"));
  EXPECT_THAT(*svg, HasSubstr(">200,000</text>"));
  EXPECT_THAT(*svg, HasSubstr(">25.0 %</text>"));
  EXPECT_THAT(*svg, HasSubstr("the run takes 232,389, 273.4 µs at 850 MHz"));
}

TEST(Pictures, APixelDrawnLargerIsThatManyTimesAsWideAndHigh) {
  const std::string png = png_of(2, 1, std::string({1, 2}), viridis(), 3);
  const std::size_t data = png.find("IDAT");
  const auto rows = inflated(png.substr(data + 4, png.find("IEND") - data - 12), 3 * 7);
  ASSERT_TRUE(rows);
  const std::string line = {0, 1, 1, 1, 2, 2, 2};
  EXPECT_EQ(*rows, line + line + line);
}

TEST(Pictures, TheColorsOfTheMapEndWhereViridisDoes) {
  EXPECT_EQ(hex_of(viridis().front()), "#440154");
  EXPECT_EQ(hex_of(viridis().back()), "#fde725");
}

}  // namespace
}  // namespace weft::traces
