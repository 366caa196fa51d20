// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::traces {

/// zlib streams; `level` as zlib counts them, 1 (fast) to 9.
std::string deflated(std::string_view bytes, int level = 1);
/// Errors: input (no zlib stream, or not of `bytes` bytes).
Result<std::string> inflated(std::string_view stream, std::size_t bytes);

/// Whole numbers as Plane.deflated holds them: differences from one to the next, zigzag, as
/// base-128 varints, zlib.
std::string pack_numbers(std::span<const std::int64_t> numbers);
/// Errors: input (damaged, or not `count` numbers).
Result<std::vector<std::int64_t>> unpack_numbers(std::string_view packed, std::size_t count);

/// Figures to seven digits: as 32-bit floats, first the low bytes of all, then the next, …, zlib.
/// NaN is a figure that is not there.
std::string pack_floats(std::span<const double> figures);

std::string base64(std::string_view bytes);

}  // namespace weft::traces
