// SPDX-License-Identifier: Apache-2.0
#include "judge/bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/elementary.h"
#include "base/half.h"
#include "judge/compare.h"

namespace weft::judge {
namespace {

float stored(float value, DType type) {
  std::byte memory[4];
  store_element(memory, type, 0, value);
  return load_element(memory, type, 0);
}

TEST(Bounds, FormulasByHand) {
  const std::vector<double> reference{2, -4};
  const std::vector<double> magnitude{3, 5};
  const std::vector<double> scores{1, 7};
  const double u = 0x1p-24;
  const auto bound = [&](BoundKind kind, std::int64_t length, DType type) {
    const auto bounds = bound_tensor({kind, type, 1, length}, reference, magnitude, scores);
    EXPECT_TRUE(bounds.ok());
    return *bounds;
  };
  EXPECT_EQ(bound(BoundKind::exact, 0, DType::f16), (std::vector<double>{0, 0}));
  EXPECT_DOUBLE_EQ(bound(BoundKind::product, 100, DType::f16)[1],
                   0x1p-11 * 4 + 4 * 100 * u * 5 + 0x1p-25);
  EXPECT_DOUBLE_EQ(bound(BoundKind::product, 100, DType::f32)[0],
                   u * 2 + 4 * 100 * u * 3 + 0x1p-150);
  EXPECT_DOUBLE_EQ(bound(BoundKind::norm, 128, DType::bf16)[1],
                   0x1p-8 * 4 + 144 * u * 4 + 0x1p-134);
  EXPECT_DOUBLE_EQ(bound(BoundKind::rope, 0, DType::f16)[0], 0x1p-11 * 2 + 4 * u * 3 + 0x1p-25);
  EXPECT_DOUBLE_EQ(bound(BoundKind::attention, 16, DType::f16)[1],
                   0x1p-11 * 4 + (4 * 23 * 7 + 24 * 2 + 18) * u * 5 + 0x1p-25);
  EXPECT_DOUBLE_EQ(bound(BoundKind::silu_mul, 0, DType::f16)[0],
                   0x1p-11 * 2 + 16 * u * 2 + 0x1p-25);
  EXPECT_DOUBLE_EQ(bound(BoundKind::sum, 0, DType::f16)[0], 0x1p-11 * 2 + 2 * u * 2 + 0x1p-25);
}

TEST(Bounds, AttentionCountsKeysFromTheFirstPosition) {
  const std::vector<double> zero(4, 0.0);
  const std::vector<double> one(4, 1.0);
  const auto bounds = bound_tensor({BoundKind::attention, DType::f16, 2, 16, 9}, zero, one, zero);
  ASSERT_TRUE(bounds.ok());
  EXPECT_DOUBLE_EQ((*bounds)[1], (24 * 10 + 18) * 0x1p-24 + 0x1p-25);
  EXPECT_DOUBLE_EQ((*bounds)[2], (24 * 11 + 18) * 0x1p-24 + 0x1p-25);
}

TEST(Bounds, SizesMustMatch) {
  const std::vector<double> two(2, 1.0);
  const std::vector<double> three(3, 1.0);
  EXPECT_FALSE(bound_tensor({BoundKind::product, DType::f16, 2, 4}, two, three).ok());
  EXPECT_FALSE(bound_tensor({BoundKind::sum, DType::f16, 2, 4}, three).ok());
  EXPECT_FALSE(bound_tensor({BoundKind::attention, DType::f16, 2, 4}, two, two).ok());
  EXPECT_TRUE(bound_tensor({BoundKind::sum, DType::f16, 2, 4}, two).ok());
  EXPECT_EQ(bound_tensor({BoundKind::product, DType::f16, 2, 4}, two).error().kind,
            ErrorKind::internal);
}

/// Random products over wide ranges of size and magnitude, in every storage type, subnormal
/// outputs included: the worst ratio stays below one and a bump of three bounds is found.
TEST(Bounds, RandomProductsHoldInEveryType) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  for (DType type : {DType::f16, DType::bf16, DType::f32}) {
    double worst = 0;
    for (int trial = 0; trial < 300; ++trial) {
      const int length = 1 + static_cast<int>(random() % 500);
      const float scale = std::ldexp(1.0F, -static_cast<int>(random() % 12));
      double exact = 0;
      double magnitude = 0;
      float sum = 0;
      for (int k = 0; k < length; ++k) {
        const float a = stored(normal(random) * scale, type);
        const float b = stored(normal(random) * scale, type);
        exact += static_cast<double>(a) * b;
        magnitude += std::abs(static_cast<double>(a) * b);
        sum += a * b;
      }
      std::vector<float> simulated{stored(sum, type)};
      const std::vector<double> reference{exact};
      const auto bounds =
          bound_tensor({BoundKind::product, type, 1, length}, reference, std::vector{magnitude});
      ASSERT_TRUE(bounds.ok());
      auto verdict = compare("x", 1, simulated, reference, *bounds);
      ASSERT_TRUE(verdict.ok());
      EXPECT_TRUE(verdict->pass()) << describe(verdict->worst);
      worst = std::max(worst, verdict->worst.ratio);
      simulated[0] += static_cast<float>(3 * (*bounds)[0]);
      EXPECT_FALSE(compare("x", 1, simulated, reference, *bounds)->pass());
    }
    EXPECT_GT(worst, type == DType::f32 ? 0.0 : 0.5);  // and it is no loose bound
  }
}

TEST(Bounds, SiluHoldsOverAllHalfGates) {
  std::vector<float> simulated;
  std::vector<double> reference;
  std::vector<double> magnitude;
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    const float gate = f16_to_f32(static_cast<std::uint16_t>(bits));
    if (std::abs(gate) < 600) {
      const float up = -1.7F;
      simulated.push_back(stored(silu_f32(gate) * up, DType::f16));
      reference.push_back(gate / (1 + std::exp(-static_cast<double>(gate))) * up);
      magnitude.push_back(std::abs(up));
    }
  }
  const auto bounds = bound_tensor({BoundKind::silu_mul, DType::f16, 1}, reference, magnitude);
  ASSERT_TRUE(bounds.ok());
  const auto verdict = compare("silu", 1, simulated, reference, *bounds);
  ASSERT_TRUE(verdict.ok());
  EXPECT_TRUE(verdict->pass()) << describe(verdict->worst);
  EXPECT_GT(verdict->elements, 40'000);
}

}  // namespace
}  // namespace weft::judge
