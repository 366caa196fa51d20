// SPDX-License-Identifier: Apache-2.0
#include "base/half.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace weft {
namespace {

std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

std::uint16_t compiler_f16(float value) {
  return std::bit_cast<std::uint16_t>(static_cast<_Float16>(value));
}

/// Round to nearest even on the exact integer pattern, for finite values.
std::uint16_t plain_bf16(float value) {
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t rest = bits & 0xffff;
  const std::uint32_t kept = bits >> 16;
  const bool up = rest > 0x8000 || (rest == 0x8000 && (kept & 1) != 0);
  return static_cast<std::uint16_t>(kept + (up ? 1 : 0));
}

TEST(Half, EveryPatternDecodesAsTheCompilerDoes) {
  for (std::uint32_t pattern = 0; pattern <= 0xffff; ++pattern) {
    const auto bits = static_cast<std::uint16_t>(pattern);
    const float expected = static_cast<float>(std::bit_cast<_Float16>(bits));
    ASSERT_EQ(bits_of(f16_to_f32(bits)), bits_of(expected)) << std::hex << pattern;
  }
}

TEST(Half, EveryPatternComesBack) {
  for (std::uint32_t pattern = 0; pattern <= 0xffff; ++pattern) {
    const auto bits = static_cast<std::uint16_t>(pattern);
    const bool nan = (bits & 0x7fff) > 0x7c00;
    ASSERT_EQ(f32_to_f16(f16_to_f32(bits)), nan ? bits | 0x200 : bits) << std::hex << pattern;
    const bool bf16_nan = (bits & 0x7fff) > 0x7f80;
    ASSERT_EQ(f32_to_bf16(bf16_to_f32(bits)), bf16_nan ? bits | 0x40 : bits) << std::hex << pattern;
  }
}

/// Around every fp16 value: the value, its midpoint to the next one, and the neighbors of both.
TEST(Half, RoundsToNearestEvenEverywhere) {
  for (std::uint32_t pattern = 0; pattern <= 0xffff; ++pattern) {
    const auto bits = static_cast<std::uint16_t>(pattern);
    if ((bits & 0x7fff) > 0x7c00) {
      continue;
    }
    const float value = f16_to_f32(bits);
    const float next = f16_to_f32(static_cast<std::uint16_t>(bits + 1));
    const float middle = (value + next) / 2;
    for (float center : {value, middle}) {
      if (std::isnan(center)) {
        continue;
      }
      for (float nudged : {std::nextafter(center, -INFINITY), center,
                           std::nextafter(center, std::numeric_limits<float>::infinity())}) {
        ASSERT_EQ(f32_to_f16(nudged), compiler_f16(nudged)) << nudged;
      }
    }
  }
}

TEST(Half, RoundsAStrideOfAllFloats) {
  for (std::uint64_t pattern = 0; pattern <= 0xffffffff; pattern += 4093) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(pattern));
    ASSERT_EQ(f32_to_f16(value), compiler_f16(value)) << std::hex << pattern;
    if (std::isfinite(value)) {
      ASSERT_EQ(f32_to_bf16(value), plain_bf16(value)) << std::hex << pattern;
    }
  }
}

TEST(Half, LimitsAndSpecialValues) {
  EXPECT_EQ(f32_to_f16(65504.0F), 0x7bff);
  EXPECT_EQ(f32_to_f16(65519.996F), 0x7bff);
  EXPECT_EQ(f32_to_f16(65520.0F), 0x7c00);
  EXPECT_EQ(f32_to_f16(0x1p-24F), 0x0001);
  EXPECT_EQ(f32_to_f16(0x1p-25F), 0x0000);
  EXPECT_EQ(f32_to_f16(std::nextafter(0x1p-25F, 1.0F)), 0x0001);
  EXPECT_EQ(f32_to_f16(-0.0F), 0x8000);
  EXPECT_EQ(f32_to_f16(-INFINITY), 0xfc00);
  EXPECT_TRUE(std::isnan(f16_to_f32(f32_to_f16(NAN))));
  EXPECT_EQ(f32_to_bf16(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(std::bit_cast<float>(0x7f800001U)))));
}

TEST(Half, ElementsOfPackedArrays) {
  std::array<std::byte, 17> memory{};
  std::byte* odd = memory.data() + 1;  // tensors in files need not be aligned
  for (DType type : {DType::f32, DType::f16, DType::bf16, DType::i32}) {
    store_element(odd, type, 0, 3.0F);
    store_element(odd, type, 3, -5.0F);
    EXPECT_EQ(load_element(odd, type, 0), 3.0F) << name_of(type);
    EXPECT_EQ(load_element(odd, type, 3), -5.0F) << name_of(type);
  }
  store_element(odd, DType::i32, 1, 2.5F);
  EXPECT_EQ(load_element(odd, DType::i32, 1), 2.0F);
  store_element(odd, DType::i32, 1, 1e20F);
  EXPECT_EQ(load_element(odd, DType::i32, 1), 0x1p31F);
  store_element(odd, DType::f16, 2, 1.0F + 0x1p-11F);
  EXPECT_EQ(load_element(odd, DType::f16, 2), 1.0F);
}

TEST(DType, NamesRoundTrip) {
  for (DType type : {DType::f32, DType::f16, DType::bf16, DType::i32}) {
    EXPECT_EQ(dtype_of(name_of(type)), type);
  }
  EXPECT_FALSE(dtype_of("f8").has_value());
  EXPECT_EQ(unit_roundoff(DType::f16), 0x1p-11);
  EXPECT_EQ(unit_roundoff(DType::bf16), 0x1p-8);
  EXPECT_EQ(unit_roundoff(DType::f32), 0x1p-24);
}

}  // namespace
}  // namespace weft
