// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace weft::models {

/// U+FFFD, what stands for bytes that are not UTF-8.
inline constexpr std::string_view replacement_character = "\xef\xbf\xbd";

/// Bytes of the character `text` begins with; 0 where it is empty, malformed, overlong, a surrogate
/// or above U+10FFFF.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace weft::models
