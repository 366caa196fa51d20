// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// The candidate nearest to `word` by edit distance, or empty when none is near enough to suggest.
std::string nearest_name(std::string_view word, std::span<const std::string> candidates);

/// " (did you mean 'x'?)" or empty.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// 128-bit content hash (XXH3) as 32 hex digits.
std::string content_hash(std::string_view bytes);

/// "12,345,678".
std::string with_commas(std::int64_t value);

/// "27.3 KiB".
std::string human_bytes(std::int64_t bytes);

}  // namespace weft
