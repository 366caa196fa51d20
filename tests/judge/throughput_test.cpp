// SPDX-License-Identifier: Apache-2.0
#include "judge/throughput.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "judge/columns.h"
#include "judge/run_report.h"
#include "judge/training.h"

namespace weft::judge {
namespace {

using nlohmann::json;
using testing::HasSubstr;

ThroughputComparison small() {
  ThroughputComparison c;
  c.model = "m";
  c.phase = "decode";
  c.sequence = 4096;
  c.batch = 2;
  ThroughputRow roof;
  roof.origin = Origin::roofline;
  roof.device = "X";
  roof.devices = 2;
  roof.per_user = 50;
  roof.aggregate = 100;
  roof.watts = 400;
  roof.first_token = 0.0123;
  roof.how = "bound by memory";
  roof.assumed = {"power_watts assumed: a guess"};
  ThroughputRow wafer;
  wafer.device = "w";
  wafer.aggregate = 123456;
  wafer.how = "exact";
  ThroughputRow said;
  said.origin = Origin::published;
  said.device = "Y";
  said.per_user = 78.9;
  said.sources = {"a page"};
  c.rows = {roof, said, wafer};
  c.notes = {{Origin::measured, "none: record it", true}};
  return c;
}

TEST(Throughput, EveryOriginStandsInAGroupOfItsOwn) {
  EXPECT_EQ(throughput_table(small()),
            R"(  m, decode of a token behind 4,096 in the cache, batch 2

                    tokens/s    tokens/s    tokens/s    to first
                    per user      in all       per W       token

  simulated: the wafer, by this program
  w                        -     123,456           -           -  exact

  measured: GPUs, recorded by scripts/record-gpu
    none: record it

  published: by others, each under its own conditions
  Y                     78.9           -           -           -  [1]

  roofline: an upper bound, from data sheets
  2 x X *                 50         100        0.25     12.3 ms  bound by memory

  [1] a page
  *   X: power_watts assumed: a guess
)");
}

TEST(Throughput, JsonHasEveryRowWithItsOrigin) {
  const json report = json::parse(throughput_json(small()));
  EXPECT_EQ(report["version"], 1);
  EXPECT_EQ(report["sequence"], 4096);
  ASSERT_EQ(report["rows"].size(), 3U);
  EXPECT_EQ(report["rows"][0]["origin"], "simulated");
  EXPECT_TRUE(report["rows"][0]["tokens_per_second_per_user"].is_null());
  EXPECT_EQ(report["rows"][1]["sources"][0], "a page");
  EXPECT_EQ(report["rows"][2]["devices"], 2);
  EXPECT_EQ(report["rows"][2]["tokens_per_second_per_watt"], 0.25);
  EXPECT_EQ(report["rows"][2]["assumed"].size(), 1U);
  EXPECT_EQ(report["notes"][0]["origin"], "measured");
  EXPECT_EQ(report["notes"][0]["missing"], true);
}

TEST(Columns, TextIsWrappedBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 2, 4, 9), "one two\n    three");
  EXPECT_EQ(wrapped("averylongword b", 0, 1, 5), "averylongword\n b");
  EXPECT_EQ(wrapped("", 0, 1, 5), "");
}

TEST(Columns, FiguresHaveFourDigitsOrCommas) {
  EXPECT_EQ(figure_text({}), "-");
  EXPECT_EQ(figure_text(0.012344), "0.01234");
  EXPECT_EQ(figure_text(999.6), "1,000");
  EXPECT_EQ(figure_text(12345.6), "12,346");
  EXPECT_EQ(seconds_text(0.0123), "12.3 ms");
  EXPECT_EQ(seconds_text(2.5e-9), "2.5 ns");
}

TEST(RunReport, TakesWhatAComparisonNeeds) {
  json report = {{"version", 1},
                 {"machine", "wse2"},
                 {"model", "m"},
                 {"phase", "decode"},
                 {"engine", {{"name", "dataflow"}, {"exact", false}, {"error_percent", 1.5}}},
                 {"region", {{"width", 3}, {"height", 4}}},
                 {"cycles", 100},
                 {"frequency", 8.5e8},
                 {"seconds", 1.2e-7},
                 {"prompt_tokens", 0},
                 {"tokens_per_second", 5},
                 {"time_to_first_token", nullptr},
                 {"energy", nullptr},
                 {"deadlock", json::array()}};
  const auto run = parse_run_report(report.dump(), "r.json");
  ASSERT_TRUE(run.ok()) << run.error().message;
  EXPECT_EQ(run->error_percent, 1.5);
  EXPECT_EQ(run->columns, 3);
  EXPECT_FALSE(run->watts.has_value());
  EXPECT_FALSE(run->deadlock);
  for (const char* key : {"cycles", "prompt_tokens"}) {
    json broken = report;
    broken[key] = -1;
    EXPECT_FALSE(parse_run_report(broken.dump(), "r.json").ok()) << key;
  }
  report["version"] = 2;
  EXPECT_THAT(parse_run_report(report.dump(), "r.json").error().message,
              HasSubstr("r.json: version 2; this program reads version 1"));
  for (const char* bad : {"", "[]", "{}", R"({"version": 1})"}) {
    EXPECT_THAT(parse_run_report(bad, "r.json").error().message,
                HasSubstr("r.json: is no report.json of weft run"))
        << bad;
  }
}

TEST(Training, ResidualsStandBesideWhatWasPublished) {
  TrainingComparison c;
  c.model = "m";
  c.parameters = 1e9;
  c.tokens = 1e9;
  c.sequence = 2048;
  c.six_n_d = 6e18;
  c.weights = 5e18;
  c.attention = 1e18;
  c.utilization = 0.4;
  c.checks = {{"6 N D", "PF-days", 101, 100, "", "a paper"}};
  c.rows = {{"X", 1e14, 12, 6, 2.5, 720, {"a quote"}, {}}};
  const std::string table = training_table(c);
  EXPECT_THAT(table, HasSubstr("published        100 (+1.0 %)  [1]"));
  EXPECT_THAT(table, HasSubstr("at 40 % of the dense 16-bit peak (assumed)"));
  EXPECT_THAT(table, HasSubstr("  X                      100            12           6        2.50"
                               "             720  [2]\n"));
  const json report = json::parse(training_json(c));
  EXPECT_EQ(report["version"], 1);
  EXPECT_DOUBLE_EQ(report["six_n_d"]["petaflop_days"].get<double>(), 6e18 / 8.64e19);
  EXPECT_DOUBLE_EQ(report["products"]["flops"].get<double>(), 6e18);
  EXPECT_NEAR(report["checks"][0]["residual_percent"].get<double>(), 1, 1e-9);
  EXPECT_EQ(report["rows"][0]["usd"], 720);
}

}  // namespace
}  // namespace weft::judge
