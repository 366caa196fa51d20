// SPDX-License-Identifier: Apache-2.0
#include "bench/calibration/rows.h"

#include <fmt/format.h>

#include <charconv>

namespace weft::bench {
namespace {

constexpr std::size_t kColumns = 11;

// The last column takes the rest, commas and all.
std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  while (columns.size() + 1 < kColumns && line.find(',') != std::string_view::npos) {
    columns.push_back(line.substr(0, line.find(',')));
    line.remove_prefix(line.find(',') + 1);
  }
  columns.push_back(line);
  return columns;
}

}  // namespace

std::string PublishedRow::title() const {
  return words > 0 ? fmt::format("{}, {} tiles, {} words", name, tiles, words)
                   : fmt::format("{}, {}x{} tiles", name, tiles, tiles);
}

double PublishedRow::error(double cycles) const {
  return (cycles / static_cast<double>(published) - 1) * 100;
}

Result<std::vector<PublishedRow>> parse_rows(std::string_view text) {
  std::vector<PublishedRow> rows;
  bool header = true;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.front() == '#') {
      continue;
    }
    if (std::exchange(header, false)) {
      continue;
    }
    const auto columns = columns_of(line);
    if (columns.size() != kColumns) {
      return input_error(
          fmt::format("line {}: {} columns instead of {}", number, columns.size(), kColumns));
    }
    std::array<std::int64_t, kColumns> numbers{};
    for (std::size_t c = 2; c + 1 < kColumns; ++c) {
      const auto [end, fault] =
          std::from_chars(columns[c].data(), columns[c].data() + columns[c].size(), numbers[c]);
      if (fault != std::errc() || end != columns[c].data() + columns[c].size() || numbers[c] < 0 ||
          numbers[c] > INT32_MAX) {
        return input_error(
            fmt::format("line {}: \"{}\" is not a whole number", number, columns[c]));
      }
    }
    const auto integer = [&](std::size_t c) { return static_cast<int>(numbers[c]); };
    rows.push_back({std::string(columns[0]), std::string(columns[1]), integer(2), integer(3),
                    integer(4), integer(5), integer(6), integer(7), numbers[8],
                    static_cast<double>(numbers[9]), std::string(columns[10])});
  }
  return rows;
}

std::string table_line(const PublishedRow& row, double cycles) {
  return fmt::format("| {} | {} | {:.0f} | {:+.1f} % |\n", row.title(), row.published, cycles,
                     row.error(cycles));
}

}  // namespace weft::bench
