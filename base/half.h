// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/dtype.h"

namespace weft {

/// fp16 and bf16 as bit patterns; every conversion rounds to nearest even,
/// keeps infinities and quiets NaN. Host-independent: no hardware conversion is assumed.
float f16_to_f32(std::uint16_t bits);
std::uint16_t f32_to_f16(float value);
inline float bf16_to_f32(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}
std::uint16_t f32_to_bf16(float value);
/// To nearest even; what i32 cannot hold becomes its largest or smallest, NaN 0.
std::int32_t f32_to_i32(float value);

/// Reads element `index` of a packed array of `type`; i32 converts to float.
float load_element(const std::byte* data, DType type, std::int64_t index);
/// Rounds `value` to `type` and stores it at element `index`.
void store_element(std::byte* data, DType type, std::int64_t index, float value);

}  // namespace weft
