// SPDX-License-Identifier: Apache-2.0
#include "base/yaml/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/text.h"

namespace weft {
namespace {

/// One unit is 2^power2 * 10^power10 base units.
struct UnitName {
  const char* name;
  int power2 = 0;
  int power10 = 0;
};

/// Ascending; the base unit is the one with both powers 0.
std::span<const UnitName> names_of(base::Unit unit) {
  static constexpr UnitName bytes[] = {{"B"},       {"kB", 0, 3}, {"KiB", 10}, {"MB", 0, 6},
                                       {"MiB", 20}, {"GB", 0, 9}, {"GiB", 30}};
  static constexpr UnitName hertz[] = {{"Hz"}, {"kHz", 0, 3}, {"MHz", 0, 6}, {"GHz", 0, 9}};
  static constexpr UnitName cycles[] = {{"cycles"}, {"cycle"}};
  static constexpr UnitName bits[] = {{"bits"}, {"bit"}};
  static constexpr UnitName bytes_per_cycle[] = {{"B/cycle"}};
  static constexpr UnitName picojoules[] = {{"fJ", 0, -3}, {"pJ"}, {"nJ", 0, 3}};
  switch (unit) {
    case base::UNIT_BYTES:
      return bytes;
    case base::UNIT_HERTZ:
      return hertz;
    case base::UNIT_CYCLES:
      return cycles;
    case base::UNIT_BITS:
      return bits;
    case base::UNIT_BYTES_PER_CYCLE:
      return bytes_per_cycle;
    case base::UNIT_PICOJOULES:
      return picojoules;
    default:
      return {};
  }
}

std::vector<std::string> strings_of(base::Unit unit) {
  std::vector<std::string> result;
  for (const UnitName& name : names_of(unit)) {
    result.emplace_back(name.name);
  }
  return result;
}

/// `[+-]digits[.digits][e[+-]digits] [unit]`, taken apart but not yet evaluated.
struct Number {
  bool negative = false;
  std::string whole;
  std::string fraction;
  int exponent = 0;
  bool has_exponent = false;
  std::string literal;
  UnitName unit = {""};
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) {
    ++count;
  }
  std::string digits(text.substr(0, count));
  text.remove_prefix(count);
  return digits;
}

/// Takes `e5`, `E-3`; leaves the text alone when no exponent stands there.
Status take_exponent(std::string_view& text, Number& number) {
  std::string_view rest = text;
  if (rest.empty() || (rest.front() != 'e' && rest.front() != 'E')) {
    return {};
  }
  rest.remove_prefix(1);
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    rest.remove_prefix(1);
  }
  const std::string digits = take_digits(rest);
  if (digits.empty()) {
    return {};
  }
  if (digits.size() > 4) {
    return input_error("the exponent is too large");
  }
  number.has_exponent = true;
  number.exponent = std::atoi(digits.c_str()) * (negative ? -1 : 1);
  text = rest;
  return {};
}

Status check_unit(std::string_view written, base::Unit unit, Number& number) {
  const std::span<const UnitName> names = names_of(unit);
  if (names.empty()) {
    return written.empty()
               ? Status()
               : Status(input_error(fmt::format("takes a bare number, remove '{}' after {}",
                                                written, number.literal)));
  }
  if (written.empty()) {
    return input_error(
        fmt::format("{} has no unit, write one of {}", number.literal, unit_list(unit)));
  }
  for (const UnitName& name : names) {
    if (written == name.name) {
      number.unit = name;
      return {};
    }
  }
  return input_error(fmt::format("unknown unit '{}', write one of {}{}", written, unit_list(unit),
                                 did_you_mean(written, strings_of(unit))));
}

Result<Number> take_apart(std::string_view text, base::Unit unit, std::string_view expected) {
  const Error no_number = input_error(fmt::format("expected {}, got '{}'", expected, text));
  Number number;
  std::string_view rest = text;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    number.negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  number.whole = take_digits(rest);
  if (number.whole.empty()) {
    return no_number;
  }
  if (rest.size() > 1 && rest[0] == '.' && is_digit(rest[1])) {
    rest.remove_prefix(1);
    number.fraction = take_digits(rest);
  }
  WEFT_TRY(take_exponent(rest, number));
  number.literal = text.substr(0, text.size() - rest.size());

  // What follows the digits must be a unit: `0x10`, `1_000`, `5.` and `12:30` are none.
  const bool apart = !rest.empty() && rest.front() == ' ';
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
  const bool letter = !rest.empty() && std::isalpha(static_cast<unsigned char>(rest.front())) != 0;
  if (!rest.empty() && (!letter || (!apart && (rest.front() == 'x' || rest.front() == 'o')))) {
    return no_number;
  }
  if (number.whole.size() > 1 && number.whole.front() == '0') {
    const std::size_t first = number.whole.find_first_not_of('0');
    const std::string meant =
        number.literal.substr(number.literal.find('0') + std::min(first, number.whole.size() - 1));
    return input_error(fmt::format("{} has a leading zero, which YAML reads as octal: write {}{}",
                                   number.literal, number.negative ? "-" : "", meant));
  }
  WEFT_TRY(check_unit(rest, unit, number));
  return number;
}

std::string expected_text(std::string_view what, base::Unit unit) {
  return unit == base::UNIT_NONE ? std::string(what)
                                 : fmt::format("{} with a unit ({})", what, unit_list(unit));
}

bool is_exact(double value, const UnitName& unit, base::Unit kind, std::string& text) {
  const double scaled = std::ldexp(value, -unit.power2) / std::pow(10.0, unit.power10);
  text = fmt::format("{} {}", scaled, unit.name);
  const Result<double> back = parse_real(text, kind);
  return back.ok() && *back == value && std::fabs(scaled) >= 1 &&
         text.find('e') == std::string::npos;
}

std::string to_text(WideInteger value) { return fmt::format("{}", value); }

}  // namespace

std::string unit_list(base::Unit unit) {
  return fmt::format("{}", fmt::join(strings_of(unit), ", "));
}

Result<WideInteger> parse_integer(std::string_view text, base::Unit unit) {
  WEFT_ASSIGN(const Number number, take_apart(text, unit, expected_text("a whole number", unit)));
  // digits * 2^power2 * 10^tens, exactly.
  const std::string digits = number.whole + number.fraction;
  int tens = number.unit.power10 - static_cast<int>(number.fraction.size());
  const bool plain = number.fraction.empty() && !number.has_exponent;
  if (number.has_exponent || (unit == base::UNIT_NONE && !plain)) {
    return input_error(fmt::format("expected a whole number, got '{}'", text));
  }
  constexpr std::size_t most_digits = 22;  // times 2^30 or 10^9 still fits
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  if (digits.size() - first > most_digits) {
    return input_error(fmt::format("{} has too many digits", number.literal));
  }
  WideInteger value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  value <<= number.unit.power2;
  for (; tens > 0; --tens) {
    value *= 10;
  }
  for (; tens < 0; ++tens) {
    if (value % 10 != 0) {
      return input_error(
          fmt::format("'{}' is not a whole number of {}", text, format_integer(0, unit).substr(2)));
    }
    value /= 10;
  }
  return number.negative ? -value : value;
}

Result<double> parse_real(std::string_view text, base::Unit unit) {
  WEFT_ASSIGN(const Number number, take_apart(text, unit, expected_text("a number", unit)));
  // The power of ten goes into the literal, so that 0.85 GHz is rounded once.
  const std::string literal = fmt::format("{}{}.{}e{}", number.negative ? "-" : "", number.whole,
                                          number.fraction.empty() ? "0" : number.fraction,
                                          number.exponent + number.unit.power10);
  const double value = std::ldexp(std::strtod(literal.c_str(), nullptr), number.unit.power2);
  if (!std::isfinite(value)) {
    return input_error(fmt::format("{} is too large", number.literal));
  }
  return value;
}

std::string format_integer(WideInteger value, base::Unit unit) {
  const std::span<const UnitName> names = names_of(unit);
  if (names.empty()) {
    return to_text(value);
  }
  if (unit == base::UNIT_CYCLES || unit == base::UNIT_BITS) {
    return fmt::format("{} {}", to_text(value), names[value == 1 ? 1 : 0].name);
  }
  // The largest unit that divides; bytes in powers of two only.
  const UnitName* best = nullptr;
  WideInteger best_scale = 1;
  for (const UnitName& name : names) {
    WideInteger scale = WideInteger(1) << name.power2;
    for (int i = 0; i < name.power10; ++i) {
      scale *= 10;
    }
    const bool decimal_bytes = unit == base::UNIT_BYTES && name.power10 != 0;
    const bool fits = scale == 1 || (value != 0 && value % scale == 0);
    if (name.power10 >= 0 && !decimal_bytes && fits) {
      best = &name;
      best_scale = scale;
    }
  }
  return fmt::format("{} {}", to_text(value / best_scale), best->name);
}

std::string format_real(double value, base::Unit unit) {
  const std::span<const UnitName> names = names_of(unit);
  if (names.empty()) {
    return fmt::format("{}", value);
  }
  std::string text;
  for (std::size_t i = names.size(); i-- > 0;) {
    const bool decimal_bytes = unit == base::UNIT_BYTES && names[i].power10 != 0;
    if (!decimal_bytes && is_exact(value, names[i], unit, text)) {
      return text;
    }
  }
  const bool pico = unit == base::UNIT_PICOJOULES;
  return fmt::format("{} {}", value, names[pico ? 1 : 0].name);
}

}  // namespace weft
