// SPDX-License-Identifier: Apache-2.0
#include "traces/chrome.h"

#include <gmock/gmock.h>

#include "tests/traces/chrome_slices.h"
#include "tests/traces/window_sample.h"
#include "traces/perfetto.h"

namespace weft::traces {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string json_of(const Recording& recording) {
  const auto text = chrome_trace(recording);
  EXPECT_TRUE(text) << text.error().message;
  return text ? *text : "";
}

/// Arrows are events of their own there.
std::vector<PerfettoSlice> without_arrows(std::vector<PerfettoSlice> slices) {
  for (PerfettoSlice& slice : slices) {
    slice.leaving.clear();
    slice.arriving.clear();
  }
  return sorted(std::move(slices));
}

TEST(Chrome, ATraceKeepsTheRulesOfTheFormat) {
  EXPECT_THAT(chrome_faults(json_of(window_sample())), IsEmpty());
}

TEST(Chrome, ItShowsTheSlicesAndCountersOfThePerfettoTrace) {
  Recording recording = window_sample();
  recording.mutable_window()->mutable_trains(0)->set_consumed(155);  // an instant too
  recording.mutable_summary()->set_frequency(850e6);
  const std::string json = json_of(recording);
  const std::string perfetto = perfetto_trace(recording);
  EXPECT_THAT(chrome_faults(json), IsEmpty());
  EXPECT_EQ(chrome_slices(json), without_arrows(slices_of(perfetto)));
  for (const char* name : {"tiles computing", "tiles waiting", "trains on the way"}) {
    EXPECT_EQ(chrome_counter(json, name), counter_of(perfetto, name)) << name;
  }
}

TEST(Chrome, AnArrowLeadsFromTheSendToTheReceive) {
  const std::string json = json_of(window_sample());
  EXPECT_THAT(json, HasSubstr(R"("ph": "s", "id": 1, "pid": 1, "tid": 10, "ts": 0.140)"));
  EXPECT_THAT(json,
              HasSubstr(R"("ph": "f", "bp": "e", "id": 1, "pid": 1, "tid": 11, "ts": 0.150)"));
}

TEST(Chrome, WhatIsBrokenIsFound) {
  const std::string json = json_of(window_sample());
  const auto broken = [&](const std::string& from, const std::string& to) {
    std::string text = json;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return chrome_faults(text.replace(at, from.size(), to));
  };
  EXPECT_FALSE(broken("\"ts\": 0.150", "\"ts\": 0.130").empty());
  EXPECT_FALSE(broken("\"dur\": 0.040", "\"dur\": 0.050").empty());
  EXPECT_FALSE(broken("\"thread_name\"", "\"name\"").empty());
  EXPECT_FALSE(broken("\"ph\": \"C\"", "\"ph\": \"Q\"").empty());
}

TEST(Chrome, AWindowOfTooManyEventsIsRefusedWithTheOtherFormatNamed) {
  Recording recording = window_sample();
  TileWindow& row = *recording.mutable_window()->mutable_rows(0);
  for (std::int64_t i = 0; i < kMostChromeEvents; ++i) {
    row.add_cycles(0);
    row.add_activities(4);
  }
  const auto text = chrome_trace(recording);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::input);
  EXPECT_THAT(text.error().message, HasSubstr("100,007 stretches and trains"));
  EXPECT_THAT(text.error().message, HasSubstr("--perfetto FILE"));
}

}  // namespace
}  // namespace weft::traces
