// SPDX-License-Identifier: Apache-2.0
#include "explore/record.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace weft::explore {
namespace {

constexpr std::size_t kLengthDigits = 8, kSumDigits = 16;
constexpr std::size_t kHeader = kLengthDigits + kSumDigits;

}  // namespace

std::string record_of(std::string_view content) {
  return fmt::format("{:08x}{}{}", content.size(), content_hash(content).substr(0, kSumDigits),
                     content);
}

std::optional<std::string_view> take_record(std::string_view& bytes) {
  std::size_t length = 0;
  if (bytes.size() < kHeader) {
    return std::nullopt;
  }
  const auto [end, fault] = std::from_chars(bytes.data(), bytes.data() + kLengthDigits, length, 16);
  if (fault != std::errc() || end != bytes.data() + kLengthDigits ||
      bytes.size() - kHeader < length) {
    return std::nullopt;
  }
  const std::string_view content = bytes.substr(kHeader, length);
  if (bytes.substr(kLengthDigits, kSumDigits) != content_hash(content).substr(0, kSumDigits)) {
    return std::nullopt;
  }
  bytes.remove_prefix(kHeader + length);
  return content;
}

}  // namespace weft::explore
