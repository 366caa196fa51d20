// SPDX-License-Identifier: Apache-2.0
#include "judge/columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace weft::judge {

std::string figure_text(std::optional<double> value) {
  if (!value) {
    return "-";
  }
  constexpr double largest = 9e18;
  return std::fabs(*value) >= 999.5 && std::fabs(*value) < largest
             ? with_commas(std::llround(*value))
             : fmt::format("{:.4g}", *value);
}

std::string seconds_text(std::optional<double> seconds) {
  if (!seconds) {
    return "-";
  }
  constexpr std::pair<double, const char*> units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}};
  for (const auto& [size, name] : units) {
    if (*seconds >= size) {
      return fmt::format("{:.4g} {}", *seconds / size, name);
    }
  }
  return fmt::format("{:.4g} ns", *seconds * 1e9);
}

std::string wrapped(std::string_view text, std::size_t first, std::size_t indent,
                    std::size_t width) {
  std::string out;
  std::size_t column = first;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > first && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      first = column = indent;
    }
    out += column > first ? " " : "";
    column += (column > first ? 1 : 0) + word.size();
    out += word;
  }
  return out;
}

std::size_t Footnotes::number_of(const std::string& text) {
  const auto found = std::ranges::find(texts_, text);
  const auto at = static_cast<std::size_t>(found - texts_.begin());
  if (found == texts_.end()) {
    texts_.push_back(text);
  }
  return at + 1;
}

std::string Footnotes::marks(const std::vector<std::string>& texts) {
  std::vector<std::size_t> numbers;
  for (const std::string& text : texts) {
    numbers.push_back(number_of(text));
  }
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers.empty() ? "" : fmt::format("[{}]", fmt::join(numbers, ","));
}

}  // namespace weft::judge
