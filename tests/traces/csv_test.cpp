// SPDX-License-Identifier: Apache-2.0
#include "traces/csv.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "tests/traces/sample.h"
#include "tests/traces/timeline_sample.h"

namespace weft::traces {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string table(const Recording& recording, const std::string& name) {
  const auto tables = csv_tables(recording);
  EXPECT_TRUE(tables);
  for (const auto& [found, text] : *tables) {
    if (found == name) {
      return text;
    }
  }
  return "";
}

TEST(Csv, TilesHaveARowEachWithTheirPlace) {
  Recording recording = timeline_sample(4, 3, 2, 4);
  recording.mutable_region()->set_x(10);
  const std::string text = table(recording, "tiles");
  EXPECT_THAT(text, StartsWith("x,y,compute (cycles),setup (cycles)"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 13);
  EXPECT_THAT(text, HasSubstr("\n12,1," + std::to_string(sample_compute(2, 1)) + ","));
}

TEST(Csv, BinsAreThoseOfTheRun) {
  const Recording recording = timeline_sample(4, 3, 2, 4);
  const std::string text = table(recording, "bins");
  EXPECT_THAT(text, HasSubstr("compute," + std::to_string(recording.summary().bins().compute())));
}

TEST(Csv, TextWithCommasAndQuotesIsQuoted) {
  Recording recording = timeline_sample(4, 3, 2, 4);
  recording.mutable_summary()->set_model("a \"b\", c");
  EXPECT_THAT(table(recording, "summary"), HasSubstr("model,,\"a \"\"b\"\", c\"\n"));
  EXPECT_THAT(table(recording, "path"), HasSubstr("\"recv.set t0, c3\""));
}

TEST(Csv, WhatARecordingLacksHasNoTable) {
  Recording recording = timeline_sample(4, 3, 2, 4);
  recording.clear_timeline();
  EXPECT_EQ(table(recording, "timeline"), "");
  EXPECT_EQ(table(recording, "energy"), "");
}

TEST(Csv, TheTimelineIsTheMeanOverTheWafer) {
  const std::string text = table(timeline_sample(4, 3, 2, 4), "timeline");
  EXPECT_THAT(text, StartsWith("slice,begin (simulated cycles),compute (fraction)"));
  // Two cells a row: 250 and 0 of 255.
  EXPECT_THAT(text, HasSubstr("\n0,0,0.49020,"));
}

}  // namespace
}  // namespace weft::traces
