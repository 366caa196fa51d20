// SPDX-License-Identifier: Apache-2.0
#include "explore/amount.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/yaml/units.h"

namespace weft::explore {
namespace {

constexpr base::Unit kUnits[] = {base::UNIT_NONE,      base::UNIT_BYTES, base::UNIT_HERTZ,
                                 base::UNIT_CYCLES,    base::UNIT_BITS,  base::UNIT_BYTES_PER_CYCLE,
                                 base::UNIT_PICOJOULES};
constexpr double kMostValues = 1e5;

/// The number before its unit, and the unit as it was written.
struct Written {
  double value = 0;
  std::string unit;
};

Result<Written> written(const std::string& text) {
  const std::size_t end = text.find_first_not_of("+-0123456789.eE");
  const std::string number = text.substr(0, end);
  const auto value =
      parse_real(number.substr(0, number.find_last_not_of(' ') + 1), base::UNIT_NONE);
  if (!value || !parse_amount(text)) {
    return input_error(fmt::format("'{}' is no number", text));
  }
  const std::size_t unit = text.find_first_not_of(' ', number.size());
  const std::string name = unit == std::string::npos ? "" : text.substr(unit);
  return Written{*value, name == "cycle" ? "cycles" : name};
}

bool is_whole(double value) { return value == std::floor(value) && std::abs(value) < 1e15; }

std::string text_of(double value, const std::string& unit) {
  const std::string number = is_whole(value) ? fmt::format("{}", static_cast<std::int64_t>(value))
                                             : fmt::format("{:.10g}", value);
  return unit.empty() ? number : number + " " + unit;
}

/// Both ends and, of a range, the step.
Result<std::vector<Written>> alike(std::initializer_list<std::string> texts) {
  std::vector<Written> result;
  for (const std::string& text : texts) {
    WEFT_ASSIGN(Written number, written(text));
    result.push_back(std::move(number));
    if (result.back().unit != result.front().unit) {
      return input_error(
          fmt::format("'{}' and '{}' differ in unit; write both in one", *texts.begin(), text));
    }
  }
  return result;
}

}  // namespace

std::optional<Amount> parse_amount(std::string_view text) {
  for (const base::Unit unit : kUnits) {
    if (const auto value = parse_real(text, unit)) {
      return Amount{*value, unit};
    }
  }
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return {};
  }
  const auto above = parse_real(text.substr(0, slash), base::UNIT_NONE);
  const auto below = parse_real(text.substr(slash + 1), base::UNIT_NONE);
  if (!above || !below || *below == 0) {
    return {};
  }
  return Amount{*above / *below, base::UNIT_NONE};
}

Result<std::vector<std::string>> values_of(const Range& range) {
  WEFT_ASSIGN(const auto ends, alike({range.from(), range.to(), range.step()}));
  const double from = ends[0].value, to = ends[1].value, step = ends[2].value;
  // A step that misses `to` by a rounding reaches it.
  const double steps = std::floor((to - from) / step + 1e-9);
  if (step == 0 || !(steps >= 0)) {
    return input_error(
        fmt::format("from {} by {} never comes to {}", range.from(), range.step(), range.to()));
  }
  if (steps >= kMostValues) {
    return input_error(fmt::format("more than {:.0f} values", kMostValues));
  }
  std::vector<std::string> values;
  for (int i = 0; i <= static_cast<int>(steps); ++i) {
    values.push_back(text_of(from + i * step, ends[0].unit));
  }
  return values;
}

Result<std::vector<std::string>> values_of(const LogRange& range) {
  WEFT_ASSIGN(const auto ends, alike({range.from(), range.to()}));
  const double from = ends[0].value, to = ends[1].value;
  if (!(from > 0 && to > from)) {
    return input_error(
        fmt::format("equal ratios from {} to {}: from has to be above 0 and below to", range.from(),
                    range.to()));
  }
  const bool whole = is_whole(from) && is_whole(to);
  std::vector<std::string> values;
  for (int i = 0; i < range.points(); ++i) {
    const double value = from * std::pow(to / from, static_cast<double>(i) / (range.points() - 1));
    std::string text = text_of(whole ? std::round(value) : value, ends[0].unit);
    if (values.empty() || values.back() != text) {
      values.push_back(std::move(text));
    }
  }
  return values;
}

}  // namespace weft::explore
