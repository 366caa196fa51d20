// SPDX-License-Identifier: Apache-2.0
#include "base/counter_random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace weft {
namespace {

TEST(CounterRandom, MixingIsTheOutputFunctionOfSplitmix64) {
  // First numbers of splitmix64 from state 0, as published with it.
  constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;
  EXPECT_EQ(mixed_bits(step), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(mixed_bits(2 * step), 0x6e789e6aa1b965f4ULL);
  EXPECT_EQ(mixed_bits(3 * step), 0x06c45d188009454fULL);
}

TEST(CounterRandom, SeedStreamAndIndexAllMatter) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::uint64_t stream = 0; stream < 10; ++stream) {
      for (std::uint64_t index = 0; index < 100; ++index) {
        seen.insert(counter_bits(seed, stream, index));
      }
    }
  }
  EXPECT_EQ(seen.size(), 10'000U);
}

TEST(CounterRandom, UniformNumbersFillTheIntervalEvenly) {
  constexpr int count = 100'000;
  double sum = 0;
  double squares = 0;
  double product = 0;
  for (int i = 0; i < count; ++i) {
    const double value = counter_uniform(1, 2, static_cast<std::uint64_t>(i));
    ASSERT_GE(value, -1);
    ASSERT_LT(value, 1);
    ASSERT_EQ(value * 0x1p23, std::floor(value * 0x1p23)) << "exact in fp32";
    sum += value;
    squares += value * value;
    product += value * counter_uniform(1, 3, static_cast<std::uint64_t>(i));
  }
  EXPECT_NEAR(sum / count, 0, 0.01);
  EXPECT_NEAR(squares / count, 1.0 / 3, 0.01);
  EXPECT_NEAR(product / count, 0, 0.01) << "streams are independent";
}

TEST(CounterRandom, IdsStayBelowTheirSize) {
  std::set<int> seen;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const int id = counter_below(4, 0, i, 7);
    ASSERT_GE(id, 0);
    ASSERT_LT(id, 7);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 7U);
}

TEST(CounterRandom, TheNumbersNeverChange) {
  // Recorded op cases draw their inputs again: another generator would make them worthless.
  EXPECT_EQ(counter_bits(0, 0, 0), 0x238275bc38fcbe91ULL);
  EXPECT_EQ(counter_bits(20261122, 3, 1'000'000'007), 0xc8ea027349d3b0d8ULL);
}

}  // namespace
}  // namespace weft
