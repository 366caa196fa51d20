// SPDX-License-Identifier: Apache-2.0
#include "base/half.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace weft {
namespace {

constexpr std::uint32_t f32_infinity = 0x7f800000;

/// `value` / 2^shift, to nearest, ties to even; 0 < shift < 32.
std::uint32_t shift_right_rounded(std::uint32_t value, int shift) {
  const std::uint32_t half = 1U << (shift - 1);
  const std::uint32_t odd = (value >> shift) & 1;
  return static_cast<std::uint32_t>((std::uint64_t{value} + half - 1 + odd) >> shift);
}

template <class T>
T load(const std::byte* data, std::int64_t index) {
  T value;
  std::memcpy(&value, data + index * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

template <class T>
void store(std::byte* data, std::int64_t index, T value) {
  std::memcpy(data + index * static_cast<std::int64_t>(sizeof(T)), &value, sizeof(T));
}

}  // namespace

std::int32_t f32_to_i32(float value) {
  if (std::isnan(value)) {
    return 0;
  }
  if (value >= 0x1p31F) {
    return std::numeric_limits<std::int32_t>::max();
  }
  if (value < -0x1p31F) {
    return std::numeric_limits<std::int32_t>::min();
  }
  return static_cast<std::int32_t>(std::nearbyint(value));
}

float f16_to_f32(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1f;
  const std::uint32_t fraction = bits & 0x3ff;
  if (exponent == 0x1f) {
    const std::uint32_t quiet = fraction != 0 ? 0x400000 : 0;
    return std::bit_cast<float>(sign | f32_infinity | quiet | fraction << 13);
  }
  if (exponent != 0) {
    return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  }
  if (fraction == 0) {
    return std::bit_cast<float>(sign);
  }
  // Subnormal: fraction * 2^-24; its leading one becomes the hidden bit.
  const int shift = std::countl_zero(fraction) - 21;
  const auto normal = static_cast<std::uint32_t>(113 - shift);
  return std::bit_cast<float>(sign | normal << 23 | ((fraction << shift) & 0x3ff) << 13);
}

std::uint16_t f32_to_f16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000;
  const std::uint32_t magnitude = bits & 0x7fffffff;
  std::uint32_t result = 0;
  if (magnitude > f32_infinity) {
    result = 0x7e00 | ((magnitude >> 13) & 0x3ff);
  } else if (magnitude >= 0x47800000) {  // 2^16 and above, infinity
    result = 0x7c00;
  } else if (magnitude >=
             0x38800000) {  // 2^-14 and above: a carry may reach infinity, as it should
    result = shift_right_rounded(magnitude - (112U << 23), 13);
  } else if (magnitude >= 0x33000000) {  // 2^-25 and above: subnormal, in units of 2^-24
    const int exponent = static_cast<int>(magnitude >> 23);
    result = shift_right_rounded((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
  }
  return static_cast<std::uint16_t>(sign | result);
}

std::uint16_t f32_to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffff) > f32_infinity) {
    return static_cast<std::uint16_t>((bits >> 16) | 0x40);
  }
  return static_cast<std::uint16_t>(shift_right_rounded(bits, 16));
}

float load_element(const std::byte* data, DType type, std::int64_t index) {
  switch (type) {
    case DType::f32:
      return load<float>(data, index);
    case DType::f16:
      return f16_to_f32(load<std::uint16_t>(data, index));
    case DType::bf16:
      return bf16_to_f32(load<std::uint16_t>(data, index));
    case DType::i32:
      return static_cast<float>(load<std::int32_t>(data, index));
  }
  return 0;
}

void store_element(std::byte* data, DType type, std::int64_t index, float value) {
  switch (type) {
    case DType::f32:
      return store(data, index, value);
    case DType::f16:
      return store(data, index, f32_to_f16(value));
    case DType::bf16:
      return store(data, index, f32_to_bf16(value));
    case DType::i32:
      return store(data, index, f32_to_i32(value));
  }
}

}  // namespace weft
