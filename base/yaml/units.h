// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/options.pb.h"
#include "base/result.h"

namespace weft {

/// Holds every value of every integer field.
__extension__ using WideInteger = __int128;

/// Numbers as people write them, in the base unit of the field: ("128 KiB", UNIT_BYTES) is 131072.
/// Errors say what is wrong with the text, without place or path.
Result<WideInteger> parse_integer(std::string_view text, base::Unit unit);
Result<double> parse_real(std::string_view text, base::Unit unit);

/// The shortest text that parses back to the same number: "128 KiB", "850 MHz", "1 cycle".
std::string format_integer(WideInteger value, base::Unit unit);
std::string format_real(double value, base::Unit unit);

/// "B, KiB, …" for messages; empty for UNIT_NONE.
std::string unit_list(base::Unit unit);

}  // namespace weft
