// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "isa/text/lexer.h"

namespace weft::isa {

/// Reads one line from left to right. The first fault of the line is the only one told: after it
/// every call returns a default and reads nothing, so callers ask ok() once, at the end.
class Cursor {
 public:
  Cursor(const Line& line, Faults& faults) : line_(line), faults_(faults) {}

  bool ok() const { return !failed_; }
  bool at_end() const { return failed_ || peek().kind == Token::Kind::end; }
  const Token& peek() const { return line_[at_]; }
  /// Tokens from here to the end of the line, that one included.
  std::span<const Token> rest() const { return std::span(line_).subspan(at_); }
  Token take();

  bool accept(std::string_view punctuation);
  bool accept_word(std::string_view word);
  void expect(std::string_view punctuation);
  /// A bare word or a quoted string.
  std::string name(std::string_view what);
  /// A name where a bare `-` stands for none.
  std::string name_or_none(std::string_view what);
  /// Decimal or 0x hexadecimal.
  std::int64_t integer(std::string_view what, std::int64_t least, std::int64_t most);
  /// The number of `c7` and its like: `letter` and decimal digits, 0 to most.
  int numbered(char letter, std::string_view what, int most);
  /// Nothing but the end of the line may follow.
  void finish();

  void fail(const Token& at, std::string message);
  void fail(std::string message) { fail(peek(), std::move(message)); }

 private:
  /// The word that follows, empty where something else does.
  std::string_view word() const { return peek().is_word() ? peek().text : std::string_view(); }

  const Line& line_;
  Faults& faults_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

/// Value of an integer word, held at the ends of the 64-bit range; none for any other word.
std::optional<std::int64_t> integer_of(std::string_view word);
/// Number of a word such as `s12`, held at the end of the range; none for any other word.
std::optional<int> numbered_of(std::string_view word, char letter);

inline constexpr std::int64_t kInt32Least = std::numeric_limits<std::int32_t>::min();
inline constexpr std::int64_t kInt32Most = std::numeric_limits<std::int32_t>::max();

}  // namespace weft::isa
