// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::traces {

/// Layout of plain UTF-8 text in columns; a code point counts as one column.
std::size_t columns_of(std::string_view text);

/// At most `width` columns; what is cut off is marked by "…".
std::string clip(std::string_view text, std::size_t width);
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

/// A bar of block elements, in eighths of a column; anything above 0 shows.
std::string bar(double fraction, std::size_t width);

/// Breaks at spaces into at most `max_lines` lines of `width` columns, the last one clipped.
std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t max_lines);

/// The text with every byte that is not part of a UTF-8 sequence replaced by U+FFFD.
std::string valid_utf8(std::string_view bytes);

/// "1.452 ms", "28.30 µs": seconds with four significant digits.
std::string human_seconds(double seconds);
std::string human_joules(double joules);
/// "850 MHz", "1.1 GHz".
std::string human_hertz(double hertz);

/// Text for an element or attribute of HTML or SVG.
std::string escaped(std::string_view text);

}  // namespace weft::traces
