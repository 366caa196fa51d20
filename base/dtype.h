// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft {

/// Element types that tiles store and wires carry.
enum class DType : std::uint8_t { f32 = 0, f16 = 1, bf16 = 2, i32 = 3 };

constexpr int bytes_of(DType type) { return type == DType::f16 || type == DType::bf16 ? 2 : 4; }

std::string_view name_of(DType type);  ///< "f32", "f16", "bf16", "i32"
std::optional<DType> dtype_of(std::string_view name);

/// Unit roundoff of round-to-nearest-even: 2^-24, 2^-11, 2^-8; 0 for i32.
double unit_roundoff(DType type);

}  // namespace weft
