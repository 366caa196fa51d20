// SPDX-License-Identifier: Apache-2.0
#include "traces/page.h"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/traces/sample.h"
#include "tests/traces/timeline_sample.h"
#include "traces/packed.h"
#include "traces/planes.h"
#include "traces/report.h"

namespace weft::traces {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kWidth = 9;
constexpr int kHeight = 7;

std::string text_of(const std::string& page, const std::string& id) {
  const std::size_t at = page.find("id=\"" + id + "\">");
  EXPECT_NE(at, std::string::npos) << id;
  const std::size_t begin = page.find('>', at) + 1;
  return page.substr(begin, page.find("</script>", begin) - begin);
}

std::string from_base64(const std::string& text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned group = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == '=') {
      break;
    }
    group = group << 6 | static_cast<unsigned>(digits.find(c));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>(group >> bits & 0xFF));
    }
  }
  return bytes;
}

std::string page_of(const Recording& recording) {
  const PageRun run[] = {{"r", &recording, ""}};
  auto page = report_page(run);
  EXPECT_TRUE(page) << page.error().message;
  return page ? *page : "";
}

std::vector<std::int64_t> plane_of(const std::string& page, const std::string& name) {
  const auto values =
      unpack_numbers(from_base64(text_of(page, "0:tiles:" + name)), kWidth * kHeight);
  EXPECT_TRUE(values) << name;
  return values ? *values : std::vector<std::int64_t>();
}

TEST(Page, TheBinsOfItsTilesAreThoseOfReportJsonWhichSumToOne) {
  const Recording recording = timeline_sample(kWidth, kHeight, 2, 4);
  const std::string page = page_of(recording);
  const json report = json::parse(report_json(recording));
  const json facts = json::parse(text_of(page, "facts"));
  EXPECT_EQ(facts["runs"][0]["report"], report);
  double sum = 0;
  for (const auto& [bin, share] : report["bins"].items()) {
    std::int64_t cycles = 0;
    for (const std::int64_t of_tile : plane_of(page, bin)) {
      cycles += of_tile;
    }
    const double whole = report["cycles"].get<double>() * kWidth * kHeight;
    EXPECT_NEAR(static_cast<double>(cycles) / whole, share.get<double>(), 1e-12) << bin;
    sum += share.get<double>();
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(Page, HoldsEveryTileAndSliceAsTheyWereRecorded) {
  const Recording recording = timeline_sample(kWidth, kHeight, 2, 4);
  const std::string page = page_of(recording);
  const auto compute = plane_of(page, "compute");
  const auto east = plane_of(page, "link_east");
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const auto at = static_cast<std::size_t>(y * kWidth + x);
      EXPECT_EQ(compute[at], sample_compute(x, y));
      EXPECT_EQ(east[at], x + 1 < kWidth ? sample_link_east(x, y) : 0);
    }
  }
  EXPECT_EQ(from_base64(text_of(page, "0:mean:compute")), recording.timeline().series(0).mean());
  EXPECT_EQ(from_base64(text_of(page, "0:max:link")), recording.timeline().series(2).max());
  const json scales = json::parse(text_of(page, "facts"))["runs"][0]["timeline"]["scales"];
  const json watts = {{"unit", "W"}, {"zero", kSamplePowerIdle}, {"full", kSamplePowerFull}};
  EXPECT_EQ(scales, json::object({{"power", watts}}));
}

TEST(Page, AsksForNothingOutsideItself) {
  const std::string page = page_of(timeline_sample(kWidth, kHeight, 2, 4));
  EXPECT_THAT(page, HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(page, Not(HasSubstr("src=\"")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  const std::regex address("https?://[a-z0-9.]+");
  std::set<std::string> named;
  for (std::sregex_iterator it(page.begin(), page.end(), address), end; it != end; ++it) {
    named.insert(it->str());
  }
  EXPECT_THAT(named, ::testing::ElementsAre("http://www.w3.org"));  // a namespace
}

TEST(Page, NoWordOfARunCanEndItsScript) {
  Recording recording = timeline_sample(kWidth, kHeight, 2, 4);
  const std::string words = "</script><script>alert(1)</script><!--";
  recording.mutable_generated()->set_text(words);
  recording.mutable_summary()->set_model(words);
  recording.mutable_provenance()->add_command(words);
  const std::string page = page_of(recording);
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;"));
  const json facts = json::parse(text_of(page, "facts"));
  EXPECT_EQ(facts["runs"][0]["report"]["model"], words);
}

TEST(Page, HoldsTwoRuns) {
  const Recording one = timeline_sample(kWidth, kHeight, 2, 4);
  Recording other = one;
  other.mutable_tiles(5)->mutable_bins()->set_compute(1);
  const PageRun runs[] = {{"a", &one, ""}, {"b", &other, ""}};
  const auto page = report_page(runs);
  ASSERT_TRUE(page);
  EXPECT_EQ(json::parse(text_of(*page, "facts"))["runs"].size(), 2U);
  const auto second =
      unpack_numbers(from_base64(text_of(*page, "1:tiles:compute")), kWidth * kHeight);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)[5], 1);
}

TEST(Page, TilesThatDoNotFillTheRegionAreRefused) {
  Recording recording = timeline_sample(kWidth, kHeight, 2, 4);
  recording.mutable_tiles()->RemoveLast();
  const PageRun run[] = {{"r", &recording, ""}};
  const auto page = report_page(run);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::input);
  EXPECT_THAT(page.error().message, HasSubstr("9x7 tiles in the region, 62 recorded"));
}

TEST(Page, ATimelineOfAnotherRegionIsRefused) {
  const std::vector<std::function<void(Timeline&)>> changes = {
      [](Timeline& timeline) { timeline.set_width(timeline.width() + 1); },
      [](Timeline& timeline) { timeline.set_scale(0); },
      [](Timeline& timeline) { timeline.set_slices(0); },
      [](Timeline& timeline) { timeline.set_slices(1 << 30); },
      [](Timeline& timeline) { timeline.set_slice(-1); },
      [](Timeline& timeline) { timeline.mutable_added(0)->set_period(0); },
      [](Timeline& timeline) {
        timeline.mutable_series(0)->mutable_scale()->set_full(std::nan(""));
      }};
  for (const auto& change : changes) {
    Recording recording = timeline_sample(kWidth, kHeight, 2, 4);
    change(*recording.mutable_timeline());
    const PageRun run[] = {{"r", &recording, ""}};
    const auto page = report_page(run);
    ASSERT_FALSE(page);
    EXPECT_THAT(page.error().message, HasSubstr("its timeline is not that of its region"));
  }
}

TEST(Page, ADamagedPlaneIsRefused) {
  Recording recording = timeline_sample(kWidth, kHeight, 2, 4);
  recording.mutable_planes(0)->mutable_deflated()->resize(3);
  EXPECT_FALSE(tile_planes(recording));
}

TEST(Page, DamagedProgramsAreRefused) {
  Recording recording = timeline_sample(kWidth, kHeight, 2, 4);
  recording.mutable_floorplan()->set_program_numbers(5);
  const PageRun run[] = {{"r", &recording, ""}};
  EXPECT_FALSE(report_page(run));
}

TEST(Page, HoldsTheLinesOfProgramsOnce) {
  const std::string page = page_of(timeline_sample(kWidth, kHeight, 2, 4));
  const auto programs = unpack_numbers(from_base64(text_of(page, "0:programs")), 9);
  ASSERT_TRUE(programs);
  EXPECT_EQ((*programs)[5], 3);  // the second role has three instructions
  const json facts = json::parse(text_of(page, "facts"));
  EXPECT_EQ(facts["runs"][0]["floorplan"]["program_numbers"], 9);
}

TEST(Page, TheSameRecordingGivesTheSameBytes) {
  EXPECT_EQ(page_of(timeline_sample(kWidth, kHeight, 2, 4)),
            page_of(timeline_sample(kWidth, kHeight, 2, 4)));
}

TEST(Page, AWaferIsSmall) {
  const Recording recording = timeline_sample(750, 994, 4, 16);
  const std::string page = page_of(recording);
  EXPECT_LT(page.size(), std::size_t{16} << 20);
}

}  // namespace
}  // namespace weft::traces
