// SPDX-License-Identifier: Apache-2.0
#include "judge/gpu_rule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "judge/compare.h"

namespace weft::judge {
namespace {

TEST(GpuRule, SaysHowFarOffValuesAre) {
  const std::vector<double> right{1, 2, 3, 4};
  const auto size = error_size(std::vector<double>{1, 2.5, 3, 3.75}, right);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(size->largest, 0.5);
  EXPECT_DOUBLE_EQ(size->rms, std::sqrt((0.25 + 0.0625) / 4));
}

TEST(GpuRule, ValuesThatAreNotFiniteAreInfinitelyFarOff) {
  const std::vector<double> right{1, 2};
  const auto size =
      error_size(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}, right);
  ASSERT_TRUE(size.ok());
  EXPECT_TRUE(std::isinf(size->largest));
  EXPECT_TRUE(std::isinf(size->rms));
}

TEST(GpuRule, SizesThatDifferAreOurFault) {
  EXPECT_FALSE(error_size(std::vector<double>{1}, std::vector<double>{1, 2}).ok());
  EXPECT_FALSE(error_size(std::vector<double>{}, std::vector<double>{}).ok());
}

TEST(GpuRule, AllowsTwiceTheErrorOfTheGpuAndNotMore) {
  const std::vector<double> right{0, 0.25};
  const auto bounds = gpu_bounds({0.01, 0.001}, DType::f16, right);
  const auto passes = [&](float second) {
    return compare("op", 2, std::vector<float>{0, second}, right, bounds)->pass();
  };
  EXPECT_TRUE(passes(0.2695F));
  EXPECT_FALSE(passes(0.2705F));
}

TEST(GpuRule, NeverAsksForMoreThanTheStoredTypeCanSay) {
  const std::vector<double> right{1.0003, 2048.9};
  const auto bounds = gpu_bounds({0, 0}, DType::f16, right);
  const std::vector<float> rounded{1.0F, 2048.0F};  // 1.0003 to nearest; 2048.9 down by 0.9
  EXPECT_TRUE(compare("op", 2, rounded, right, bounds)->pass());
  EXPECT_FALSE(compare("op", 2, std::vector<float>{1.0F, 2046.0F}, right, bounds)->pass());
}

}  // namespace
}  // namespace weft::judge
