// SPDX-License-Identifier: Apache-2.0
#include "traces/csv.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "tests/traces/sample.h"
#include "tests/traces/timeline_sample.h"
#include "traces/figures.h"
#include "traces/limits.h"
#include "traces/packed.h"

namespace weft::traces {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string table(const Recording& recording, const std::string& name) {
  const auto tables = csv_tables({"r", &recording, ""});
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

TEST(Csv, OpsByNameAddUpTheirInstances) {
  const Recording recording = timeline_sample(4, 3, 2, 4);
  const std::string text = table(recording, "ops_by_name");
  std::map<std::string, std::int64_t> cycles;
  for (const OpSpan& op : recording.ops()) {
    cycles[std::string(op_without_layer(op.name()))] += op.end() - op.begin();
  }
  for (const auto& [name, sum] : cycles) {
    EXPECT_THAT(text, ContainsRegex("\n" + name + ",[0-9]+," + std::to_string(sum) + ","));
  }
}

TEST(Csv, WhatLimitsAndWhereItLiesUnderTheRoofsAreTables) {
  const Recording recording = timeline_sample(4, 3, 2, 4);
  EXPECT_THAT(table(recording, "limits"),
              HasSubstr("\n" + csv_cell(limits_of(recording).reasons[0].what) + ","));
  const std::string roofline = table(recording, "roofline_tiles");
  EXPECT_THAT(roofline, StartsWith("tiles,MACs a word,MACs a cycle\n"));
  EXPECT_THAT(table(recording, "provenance"), HasSubstr("machine_hash,"));
  EXPECT_THAT(table(recording, "check"), HasSubstr("verdict,"));
}

TEST(Csv, MachinesAtTheSameTaskAreThoseOfTheComparison) {
  const Recording recording = timeline_sample(4, 3, 2, 4);
  const std::string comparison =
      R"({"rows": [{"origin": "roofline", "device": "A, 80 GB", "devices": 2, "watts": null,)"
      R"( "tokens_per_second": 131.5, "conditions": "bound by memory", "sources": ["p", "q"]}]})";
  const auto tables = csv_tables({"r", &recording, comparison});
  ASSERT_TRUE(tables);
  const auto found = std::find_if(tables->begin(), tables->end(),
                                  [](const auto& one) { return one.first == "throughput"; });
  ASSERT_NE(found, tables->end());
  EXPECT_THAT(found->second,
              HasSubstr("\nroofline,\"A, 80 GB\",2,,131.5,,,,bound by memory,p; q,\n"));
  EXPECT_EQ(table(recording, "throughput"), "");
}

TEST(Csv, CellsAtTheEdgeCountByTheTilesTheyHold) {
  Recording recording = timeline_sample(3, 2, 2, 4);  // cells of 4 tiles and of 2
  for (Series& series : *recording.mutable_timeline()->mutable_series()) {
    series.set_mean(deflated(std::string("\xff\x00\xff\x00\xff\x00\xff\x00", 8)));
  }
  EXPECT_THAT(table(recording, "timeline"), HasSubstr("\n0,0,0.66667,"));
}

TEST(Csv, TheTimelineIsTheMeanOverTheWafer) {
  const std::string text = table(timeline_sample(4, 3, 2, 4), "timeline");
  EXPECT_THAT(text, StartsWith("slice,begin (simulated cycles),compute (fraction)"));
  // Two cells a row: 250 and 0 of 255.
  EXPECT_THAT(text, HasSubstr("\n0,0,0.49020,"));
}

TEST(Csv, PowerOverTimeIsThatOfAllTiles) {
  Recording recording = timeline_sample(4, 3, 2, 4);
  EXPECT_THAT(table(recording, "timeline"), HasSubstr(",link (fraction),power (W)\n"));
  Series& power = *recording.mutable_timeline()->mutable_series(3);
  power.set_mean(deflated(std::string(16, '\x33')));
  power.mutable_scale()->set_zero(1);
  power.mutable_scale()->set_full(2);
  EXPECT_THAT(table(recording, "timeline"), ContainsRegex("\n0,0,[^\n]*,14\\.4\n"));
}

}  // namespace
}  // namespace weft::traces
