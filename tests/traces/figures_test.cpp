// SPDX-License-Identifier: Apache-2.0
#include "traces/figures.h"

#include <gmock/gmock.h>

#include <numeric>
#include <random>

#include "tests/traces/sample.h"

namespace weft::traces {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<NamedCycles>& rows) {
  std::vector<std::string> names;
  for (const NamedCycles& row : rows) {
    names.push_back(row.name);
  }
  return names;
}

TEST(Figures, LayersSumOverStepsInOrderOfAppearance) {
  const Figures figures = figures_of(sample_recording());
  EXPECT_THAT(names_of(figures.layers),
              ElementsAre("embed", "layers.0", "layers.1", "head", "argmax"));
  EXPECT_EQ(figures.layers[0].cycles, 2 * 1'000);
  EXPECT_EQ(figures.layers[1].cycles, 2 * 28'000);
  EXPECT_EQ(figures.layers[3].cycles, 2 * 7'000);
}

TEST(Figures, OpsSumOverLayersAndSteps) {
  const Figures figures = figures_of(sample_recording());
  EXPECT_THAT(names_of(figures.ops), ElementsAre("embed", "attn_norm", "qkv", "attention", "o_proj",
                                                 "gate_up", "head", "argmax"));
  EXPECT_EQ(figures.ops[2].cycles, 4 * 8'000);
}

TEST(Figures, LayersAndOpsBothSumToTheRun) {
  const Recording recording = sample_recording();
  const Figures figures = figures_of(recording);
  const auto sum = [](const std::vector<NamedCycles>& rows) {
    return std::accumulate(rows.begin(), rows.end(), std::int64_t{0},
                           [](std::int64_t total, const auto& row) { return total + row.cycles; });
  };
  EXPECT_EQ(sum(figures.layers), recording.summary().cycles());
  EXPECT_EQ(sum(figures.ops), recording.summary().cycles());
}

TEST(Figures, TimesOfGeneration) {
  Recording recording;
  Summary& summary = *recording.mutable_summary();
  summary.set_phase("generate");
  summary.set_frequency(1e6);
  summary.set_cycles(9'000'000);
  summary.set_first_token_cycles(1'000'000);
  summary.set_new_tokens(5);
  const Figures figures = figures_of(recording);
  EXPECT_DOUBLE_EQ(figures.seconds, 9.0);
  EXPECT_DOUBLE_EQ(figures.tokens_per_second.value(), 5.0 / 9.0);
  EXPECT_DOUBLE_EQ(figures.time_to_first_token.value(), 1.0);
  EXPECT_DOUBLE_EQ(figures.time_per_output_token.value(), 2.0);
}

TEST(Figures, PrefillCountsPromptTokensAndHasNoTokenTimes) {
  Recording recording;
  Summary& summary = *recording.mutable_summary();
  summary.set_phase("prefill");
  summary.set_frequency(1e6);
  summary.set_cycles(2'000'000);
  summary.set_prompt_tokens(100);
  const Figures figures = figures_of(recording);
  EXPECT_DOUBLE_EQ(figures.tokens_per_second.value(), 50.0);
  EXPECT_FALSE(figures.time_to_first_token.has_value());
  EXPECT_FALSE(figures.time_per_output_token.has_value());
}

TEST(Figures, ABatchMakesMoreTokensInTheTimeOfOneSequence) {
  Recording recording = sample_recording();
  recording.mutable_energy()->set_idle(1e12);
  const Figures one = figures_of(recording);
  recording.mutable_summary()->set_batch(3);
  const Figures three = figures_of(recording);
  EXPECT_EQ(three.batch, 3);
  EXPECT_DOUBLE_EQ(*three.tokens_per_second, 3 * *one.tokens_per_second);
  EXPECT_EQ(three.time_per_output_token, one.time_per_output_token);
  EXPECT_EQ(three.time_to_first_token, one.time_to_first_token);
  ASSERT_TRUE(one.joules_per_token.has_value());
  EXPECT_DOUBLE_EQ(*three.joules_per_token, *one.joules_per_token / 3);
}

TEST(Figures, AnEmptyRecordingHasNoRates) {
  const Figures figures = figures_of(Recording{});
  EXPECT_EQ(figures.seconds, 0);
  EXPECT_FALSE(figures.tokens_per_second.has_value());
  EXPECT_EQ(figures.bin_total, 0);
}

TEST(RoundedShares, LargestRemainderGetsWhatRoundingLeft) {
  EXPECT_THAT(rounded_shares(std::vector<std::int64_t>{1, 1, 1}, 1000), ElementsAre(334, 333, 333));
  EXPECT_THAT(rounded_shares(std::vector<std::int64_t>{0, 0}, 1000), ElementsAre(0, 0));
  EXPECT_THAT(rounded_shares(std::vector<std::int64_t>{5, 0}, 1000), ElementsAre(1000, 0));
}

TEST(RoundedShares, AlwaysSumToTheWholeAndStayWithinOne) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::int64_t> parts(8);
    for (std::int64_t& part : parts) {
      part = static_cast<std::int64_t>(random() >> (5 + random() % 58));
      part = part / 8;
    }
    parts[0] += 1;
    const auto shares = rounded_shares(parts, 1000);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), 1000);
    const double total = std::accumulate(parts.begin(), parts.end(), 0.0);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(shares[i]), 1000.0 * static_cast<double>(parts[i]) / total,
                  1.0 + 1e-6);
    }
  }
}

}  // namespace
}  // namespace weft::traces
