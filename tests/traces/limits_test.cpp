// SPDX-License-Identifier: Apache-2.0
#include "traces/limits.h"

#include <gmock/gmock.h>

#include "tests/traces/sample.h"
#include "tests/traces/timeline_sample.h"
#include "traces/layout.h"

namespace weft::traces {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> keys(const Limits& limits) {
  std::vector<std::string> out;
  for (const Limit& limit : limits.reasons) {
    out.push_back(limit.key);
  }
  return out;
}

TEST(Limits, AreTheLargestBinsWhereNoPathIsKnown) {
  Recording recording = timeline_sample(8, 4, 2, 4);
  recording.clear_path();
  const Limits limits = limits_of(recording);
  EXPECT_FALSE(limits.of_path);
  EXPECT_THAT(keys(limits), ElementsAre("input", "compute", "setup"));
  const Bins& bins = recording.summary().bins();
  EXPECT_DOUBLE_EQ(limits.reasons[1].share, static_cast<double>(bins.compute()) / (32 * 100'000));
  EXPECT_EQ(limits.reasons[1].ops, "qkv 10.8 %");
  EXPECT_EQ(limits.reasons[1].where, "on 32 of 32 tiles, most on (3,3), 11 % of its time");
  EXPECT_THAT(limits.reasons[0].fields,
              ElementsAre("fabric.ramp_latency", "fabric.hop_latency", "fabric.words_per_cycle"));
}

TEST(Limits, FollowTheCriticalPathWhereItIsKnown) {
  const Limits limits = limits_of(timeline_sample(8, 4, 2, 4));
  EXPECT_TRUE(limits.of_path);
  EXPECT_THAT(keys(limits), ElementsAre("link", "compute", "setup"));
  EXPECT_DOUBLE_EQ(limits.reasons[0].share, 0.6);
  EXPECT_EQ(limits.reasons[0].where, "longest on (3,2), in qkv, at `recv.set t0, c3` of body");
}

TEST(Limits, NameTheOpsInWhichACauseIsLargest) {
  Recording recording = timeline_sample(8, 4, 2, 4);
  PathRow& row = *recording.mutable_path()->add_rows();
  row.set_kind("link");
  row.set_op("attention");
  row.set_cycles(70'000);
  EXPECT_EQ(limits_of(recording).reasons[0].ops, "attention 70.0 %, qkv 60.0 %");
}

TEST(Limits, GoBackToTheBinsWhereThePathIsUnknown) {
  Recording recording = timeline_sample(8, 4, 2, 4);
  recording.mutable_path()->set_unknown_because("trains met");
  EXPECT_FALSE(limits_of(recording).of_path);
}

TEST(Limits, AreFewWhereLittleHappened) {
  Recording recording = sample_recording();
  recording.mutable_summary()->clear_bins();
  recording.mutable_summary()->mutable_bins()->set_idle(10);
  EXPECT_THAT(keys(limits_of(recording)), ElementsAre("idle"));
  EXPECT_TRUE(limits_of(Recording()).reasons.empty());
}

TEST(Limits, FitATerminal) {
  const std::string text = limits_text(limits_of(timeline_sample(8, 4, 2, 4)));
  EXPECT_THAT(text, HasSubstr("  60.0 %   the way from core to core\n"));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    EXPECT_LE(columns_of(text.substr(begin, end - begin)), 80U);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace weft::traces
