// SPDX-License-Identifier: Apache-2.0
#include "mapper/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>

#include "base/file.h"
#include "isa/bundle.h"
#include "mapper/picture/route_cells.h"
#include "mapper/picture/svg.h"
#include "mapper/picture/wafer_map.h"
#include "tests/mapper/xml_check.h"

namespace weft::mapper {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

isa::Route route(int color, const weft::TileSet& tiles, isa::Direction rx,
                 const std::vector<isa::Direction>& tx) {
  isa::Route result;
  result.set_color(color);
  *result.mutable_tiles() = isa::to_proto(tiles);
  result.set_rx(rx);
  for (const isa::Direction way : tx) {
    result.add_tx(way);
  }
  return result;
}

/// Four tiles in two regions; one flow from (0,0) to (1,0).
PictureInput tiny() {
  PictureInput input;
  input.title = "tiny";
  input.width = 2;
  input.height = 2;
  input.sram = 1024;
  input.regions = {{"top", {0, 0, 2, 1}, 0, 2, true, false, 512},
                   {"bottom", {0, 1, 1, 1}, 2, 1, false, true, 1024}};
  input.hand_offs = {{0, 1, "8 words"}};
  input.blocked = {{1, 1, 1, 1}};
  input.flows = {{"row", 3}};
  *input.bundle.add_routes() = route(3, {{0, 1, 1}, {0, 1, 1}}, isa::RAMP, {isa::EAST});
  *input.bundle.add_routes() = route(3, {{1, 1, 1}, {0, 1, 1}}, isa::WEST, {isa::RAMP});
  return input;
}

/// Rules at random, as many as a wafer full of regions has.
PictureInput wafer(int colors, int rules, int regions, unsigned seed) {
  std::mt19937 random(seed);
  const auto draw = [&](int from, int to) {
    return from + static_cast<int>(random() % static_cast<unsigned>(to - from + 1));
  };
  PictureInput input;
  input.title = "wafer";
  input.width = 750;
  input.height = 994;
  input.sram = 48 << 10;
  for (int i = 0; i < regions; ++i) {
    input.regions.push_back({"stage" + std::to_string(i),
                             {i % 8 * 90, i / 8 * 90, 88, 88},
                             i * 2,
                             2,
                             i == 0,
                             i + 1 == regions,
                             draw(0, 50 << 10)});
    if (i > 0) {
      input.hand_offs.push_back({i - 1, i, "row"});
    }
  }
  for (int i = 0; i < colors; ++i) {
    input.flows.push_back({"flow" + std::to_string(i), i});
  }
  for (int i = 0; i < rules; ++i) {
    const int step = draw(1, 60);
    *input.bundle.add_routes() = route(
        i % colors,
        {{draw(0, 100), step, draw(1, 600 / step)}, {draw(0, 100), step, draw(1, 800 / step)}},
        static_cast<isa::Direction>(draw(0, 4)), {static_cast<isa::Direction>(draw(0, 4))});
  }
  return input;
}

TEST(Picture, ATinyOneIsByteForByteTheOneThatWasLookedAt) {
  const std::string golden = WEFT_SOURCE_DIR "/tests/mapper/picture_tiny.svg";
  const std::string drawn = mapping_svg(tiny());
  const auto seen = read_file(golden);
  const std::string fresh = ::testing::TempDir() + "picture_tiny.svg";
  if (!seen.ok() || *seen != drawn) {
    ASSERT_TRUE(write_file(fresh, drawn).ok());
    FAIL() << "look at " << fresh << " and, if it is right, copy it to " << golden;
  }
}

TEST(Picture, IsWellFormedAndNamesEveryRegionAndColor) {
  const PictureInput input = wafer(24, 500, 24, 1);
  const std::string svg = mapping_svg(input);
  EXPECT_EQ(xml_fault(svg), "");
  for (const auto& region : input.regions) {
    EXPECT_THAT(svg, HasSubstr(">" + region.name + "</text>"));
  }
  for (const auto& flow : input.flows) {
    EXPECT_THAT(svg, HasSubstr(">c" + std::to_string(flow.color) + "</text>"));
    EXPECT_THAT(svg, HasSubstr(">" + flow.name + "</text>"));
  }
}

TEST(Picture, IsOneFileWithoutScripts) {
  const std::string svg = mapping_svg(wafer(24, 200, 8, 2));
  for (const char* word : {"<script", "href", "url(", "@import", "<image", "<foreignObject"}) {
    EXPECT_THAT(svg, Not(HasSubstr(word)));
  }
}

TEST(Picture, OfAWholeWaferTakesLessThanAMegabyte) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const std::string svg = mapping_svg(wafer(64, 5000, 80, seed));
    EXPECT_EQ(xml_fault(svg), "");
    EXPECT_LT(svg.size(), 1'000'000U) << "seed " << seed;
    EXPECT_EQ(svg, mapping_svg(wafer(64, 5000, 80, seed)));
  }
}

TEST(Picture, NamesMayHoldAnything) {
  PictureInput input = tiny();
  input.title = "<b>\"&\x01\xff\xed\xa0\x80 größe";
  input.regions[0].name = "a<b";
  input.regions[1].name = std::string(300, 'x');
  input.flows[0].name = "&" + std::string(300, 'y');
  const std::string svg = mapping_svg(input);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_THAT(svg, HasSubstr("&lt;b&gt;&quot;&amp;????? größe"));
}

TEST(Picture, EmptyInputsAndFlatMachinesAreDrawnToo) {
  EXPECT_EQ(xml_fault(mapping_svg({})), "");
  PictureInput flat = tiny();
  flat.width = 4096;
  flat.height = 1;
  EXPECT_EQ(xml_fault(mapping_svg(flat)), "");
  std::swap(flat.width, flat.height);
  EXPECT_EQ(xml_fault(mapping_svg(flat)), "");
}

TEST(Picture, ARegionWithMoreThanItsSramIsRed) {
  EXPECT_EQ(shade(1.01), "#c0392b");
  EXPECT_NE(shade(1.0), "#c0392b");
  EXPECT_LT(shade(0.9), shade(0.1));
}

TEST(Picture, TextIsCutWhereItsRoomEnds) {
  EXPECT_EQ(fitted("short", 100, 12), "short");
  const std::string cut = fitted("a name that is much too long", 60, 12);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_LE(text_width(cut, 12), 60);
}

TEST(Picture, NoTextRunsIntoAnother) {
  static const std::regex element(
      "<text x=\"([-0-9.]+)\" y=\"([-0-9.]+)\" font-size=\"([0-9]+)\"([^>]*)>([^<]*)<");
  for (const PictureInput& input : {tiny(), wafer(24, 100, 80, 4), wafer(9, 100, 3, 5)}) {
    const std::string svg = mapping_svg(input);
    std::vector<std::pair<Frame, std::string>> texts;
    for (std::sregex_iterator at(svg.begin(), svg.end(), element), end; at != end; ++at) {
      const int size = std::stoi((*at)[3]);
      const std::string style = (*at)[4];
      const double width =
          text_width((*at)[5].str(), size, style.find("bold") != std::string::npos);
      const double left =
          std::stod((*at)[1]) - (style.find("middle") != std::string::npos ? width / 2
                                 : style.find("end") != std::string::npos  ? width
                                                                           : 0);
      EXPECT_GE(left, 0) << (*at)[5];
      EXPECT_LE(left + width, 1200) << (*at)[5];
      texts.push_back({{left, std::stod((*at)[2]) - size * 0.8, width, size * 1.0}, (*at)[5]});
    }
    ASSERT_GT(texts.size(), 10U);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const Frame& a = texts[i].first;
        const Frame& b = texts[j].first;
        EXPECT_FALSE(a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
                     b.y < a.y + a.height)
            << texts[i].second << " and " << texts[j].second;
      }
    }
  }
}

TEST(Picture, ANameWiderThanItsRegionGivesWayToANumber) {
  PictureInput input = tiny();
  input.width = 100;
  input.regions[0] = {"a name wider than its region", {0, 0, 5, 1}, 0, 1, false, false, 1};
  Svg svg;
  draw_wafer(input, {0, 0, 800, 60}, svg);
  EXPECT_THAT(svg.finish(800, 60, ""), Not(HasSubstr(">a name wider than its region</text>")));
  EXPECT_THAT(svg.finish(800, 60, ""), HasSubstr(">1</text>"));
}

TEST(RouteCells, AreTilesWhereThereAreFewAndRunsFollowTheRules) {
  RouteCells cells(8, 2, 36);
  cells.add(route(0, {{1, 1, 3}, {0, 1, 1}}, isa::WEST, {isa::EAST}));
  cells.add(route(0, {{6, 1, 1}, {0, 1, 1}}, isa::RAMP, {isa::WEST, isa::SOUTH}));
  EXPECT_TRUE(cells.is_exact());
  EXPECT_EQ(cells.tiles(), 4);
  EXPECT_TRUE(cells.is_source(6, 0));
  EXPECT_FALSE(cells.is_covered(0, 0));
  const auto runs = cells.runs();
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_EQ(runs[0].way, isa::EAST);
  EXPECT_EQ(runs[0].column, 1);
  EXPECT_EQ(runs[0].count, 3);
  EXPECT_EQ(runs[1].way, isa::WEST);
  EXPECT_EQ(runs[2].way, isa::SOUTH);
}

TEST(RouteCells, OfManyTilesHoldWhatAnyTileDoes) {
  RouteCells cells(750, 994, 24);
  cells.add(route(0, {{749, 1, 1}, {993, 1, 1}}, isa::WEST, {isa::RAMP}));
  EXPECT_FALSE(cells.is_exact());
  EXPECT_TRUE(cells.is_covered(23, 23));
  EXPECT_FALSE(cells.is_covered(22, 23));
  EXPECT_TRUE(cells.runs().empty());
}

}  // namespace
}  // namespace weft::mapper
