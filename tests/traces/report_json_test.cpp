// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/traces/sample.h"
#include "traces/report.h"

namespace weft::traces {
namespace {

using nlohmann::json;

json parsed(const Recording& recording) { return json::parse(report_json(recording)); }

TEST(ReportJson, SaysNullWhereAnErrorWasNotMeasured) {
  Recording recording = sample_recording();
  recording.mutable_engine()->set_exact(false);
  recording.mutable_engine()->clear_error_percent();
  EXPECT_TRUE(parsed(recording)["engine"]["error_percent"].is_null());
  recording.mutable_engine()->set_error_percent(0);
  EXPECT_EQ(parsed(recording)["engine"]["error_percent"], 0);
  recording.mutable_engine()->clear_error_percent();
  recording.mutable_engine()->set_exact(true);
  EXPECT_EQ(parsed(recording)["engine"]["error_percent"], 0);
}

TEST(ReportJson, KeepsItsPromisedKeys) {
  const json report = parsed(sample_recording());
  for (const char* pointer : {"/version",
                              "/machine",
                              "/model",
                              "/phase",
                              "/engine/name",
                              "/engine/exact",
                              "/engine/error_percent",
                              "/cycles",
                              "/seconds",
                              "/tokens_per_second",
                              "/time_to_first_token",
                              "/time_per_output_token",
                              "/layers/0/name",
                              "/layers/0/cycles",
                              "/bins/compute",
                              "/bins/setup",
                              "/bins/moving",
                              "/bins/input",
                              "/bins/output",
                              "/bins/unit",
                              "/bins/memory",
                              "/bins/idle",
                              "/utilization",
                              "/generated/text",
                              "/generated/token_ids",
                              "/check/against",
                              "/check/verdict",
                              "/check/first_bad",
                              "/check/worst/op",
                              "/check/worst/error_over_bound",
                              "/host/wall_seconds",
                              "/host/cpu_seconds",
                              "/host/peak_bytes",
                              "/provenance"}) {
    EXPECT_TRUE(report.contains(json::json_pointer(pointer))) << pointer;
  }
  EXPECT_EQ(report["version"], 1);
  EXPECT_EQ(report["bins"].size(), 8U);
}

TEST(ReportJson, BinsSumToOne) {
  const json report = parsed(sample_recording());
  double sum = 0;
  for (const auto& [key, value] : report["bins"].items()) {
    sum += value.get<double>();
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
}

TEST(ReportJson, LayersAndOpsSumToTheCycles) {
  const json report = parsed(sample_recording());
  for (const char* key : {"layers", "ops"}) {
    std::int64_t sum = 0;
    for (const json& row : report[key]) {
      sum += row["cycles"].get<std::int64_t>();
    }
    EXPECT_EQ(sum, report["cycles"].get<std::int64_t>()) << key;
  }
}

TEST(ReportJson, SameRecordingGivesTheSameText) {
  EXPECT_EQ(report_json(sample_recording()), report_json(sample_recording()));
  EXPECT_THAT(report_json(sample_recording()), ::testing::StartsWith("{\n  \"version\": 1,\n"));
}

TEST(ReportJson, FiguresThatDoNotExistAreNull) {
  const json report = parsed(Recording{});
  EXPECT_TRUE(report["tokens_per_second"].is_null());
  EXPECT_TRUE(report["time_to_first_token"].is_null());
  EXPECT_TRUE(report["time_per_output_token"].is_null());
  EXPECT_TRUE(report["check"]["worst"].is_null());
  EXPECT_TRUE(report["check"]["first_bad"].is_null());
  EXPECT_EQ(report["check"]["against"], "none");
  EXPECT_TRUE(report["layers"].is_array());
}

TEST(ReportJson, PerplexityAndDeadlockOnlyWhenThereIsOne) {
  Recording recording = sample_recording();
  EXPECT_FALSE(parsed(recording).contains("perplexity"));
  EXPECT_FALSE(parsed(recording).contains("deadlock"));
  recording.mutable_summary()->set_perplexity(3.25);
  recording.mutable_deadlock()->add_cycle("tile 1,0 waits for tile 0,0");
  EXPECT_EQ(parsed(recording)["perplexity"], 3.25);
  EXPECT_EQ(parsed(recording)["deadlock"][0], "tile 1,0 waits for tile 0,0");
}

TEST(ReportJson, OddTextAndFiguresStayJson) {
  Recording recording = sample_recording();
  recording.mutable_generated()->set_text("\"\n\xF0\x9F");
  recording.mutable_check()->mutable_worst()->set_error_over_bound(
      std::numeric_limits<double>::infinity());
  const json report = parsed(recording);
  EXPECT_TRUE(report["check"]["worst"]["error_over_bound"].is_null());
  EXPECT_THAT(report["generated"]["text"].get<std::string>(), ::testing::StartsWith("\"\n"));
}

}  // namespace
}  // namespace weft::traces
