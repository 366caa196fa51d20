// SPDX-License-Identifier: Apache-2.0
#include "isa/text/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace weft::isa {

std::optional<std::int64_t> integer_of(std::string_view word) {
  const bool negative = word.starts_with('-');
  std::string_view digits = word.substr(negative ? 1 : 0);
  const int base = digits.starts_with("0x") ? 16 : 10;
  digits.remove_prefix(base == 16 ? 2 : 0);
  if (digits.starts_with('-')) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (read.ec == std::errc::invalid_argument || read.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  if (read.ec == std::errc::result_out_of_range) {
    value = std::numeric_limits<std::int64_t>::max();
  }
  return negative ? -value : value;
}

std::optional<int> numbered_of(std::string_view word, char letter) {
  if (word.size() < 2 || word[0] != letter || word[1] < '0' || word[1] > '9') {
    return std::nullopt;
  }
  const auto value = integer_of(word.substr(1));
  if (!value || word.substr(1).starts_with("0x")) {
    return std::nullopt;
  }
  return static_cast<int>(std::min(*value, kInt32Most));
}

Token Cursor::take() {
  const Token token = peek();
  if (!failed_ && at_ + 1 < line_.size()) {
    ++at_;
  }
  return token;
}

bool Cursor::accept(std::string_view punctuation) {
  const bool found = !failed_ && peek().is_punctuation(punctuation);
  if (found) {
    take();
  }
  return found;
}

bool Cursor::accept_word(std::string_view word) {
  const bool found = !failed_ && peek().is(Token::Kind::word, word);
  if (found) {
    take();
  }
  return found;
}

void Cursor::expect(std::string_view punctuation) {
  if (!accept(punctuation)) {
    fail(fmt::format("expected '{}', found {}", punctuation, peek().what()));
  }
}

std::string Cursor::name(std::string_view what) {
  if (failed_ || (!peek().is_word() && peek().kind != Token::Kind::string)) {
    fail(fmt::format("expected {}, found {}", what, peek().what()));
    return {};
  }
  return take().text;
}

std::string Cursor::name_or_none(std::string_view what) {
  return accept_word("-") ? std::string() : name(what);
}

std::int64_t Cursor::integer(std::string_view what, std::int64_t least, std::int64_t most) {
  const auto value = integer_of(word());
  if (failed_ || !value) {
    fail(fmt::format("expected {}, found {}", what, peek().what()));
    return least;
  }
  if (*value < least || *value > most) {
    fail(fmt::format("{} {} out of range, {} to {}", what, peek().text, least, most));
    return least;
  }
  take();
  return *value;
}

int Cursor::numbered(char letter, std::string_view what, int most) {
  const auto number = numbered_of(word(), letter);
  if (failed_ || !number) {
    fail(fmt::format("expected {} ({}0 to {}{}), found {}", what, letter, letter, most,
                     peek().what()));
    return 0;
  }
  if (*number > most) {
    fail(fmt::format("{} out of range, {}0 to {}{}", peek().text, letter, letter, most));
    return 0;
  }
  take();
  return *number;
}

void Cursor::finish() {
  if (!at_end()) {
    fail(fmt::format("expected the end of the line, found {}", peek().what()));
  }
}

void Cursor::fail(const Token& at, std::string message) {
  // A fault token's fault was told by the lexer.
  if (!failed_ && at.kind != Token::Kind::fault) {
    faults_.add(at, std::move(message));
  }
  failed_ = true;
}

}  // namespace weft::isa
