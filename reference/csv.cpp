// SPDX-License-Identifier: Apache-2.0
#include "reference/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weft::reference {
namespace {

/// A cell in quotes, from behind the first to behind the last.
Result<std::string> take_quoted(std::string_view& rest) {
  std::string cell;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '"') {
      cell += c;
    } else if (rest.starts_with('"')) {
      cell += c;
      rest.remove_prefix(1);
    } else if (rest.empty() || rest.front() == ',') {
      return cell;
    } else {
      return input_error("text behind a closing quote; double the quotes inside a cell");
    }
  }
  return input_error("a quote is not closed");
}

Result<std::vector<std::string>> split(std::string_view line) {
  std::vector<std::string> cells;
  for (bool more = true; more;) {
    if (line.starts_with('"')) {
      line.remove_prefix(1);
      WEFT_ASSIGN(std::string cell, take_quoted(line));
      cells.push_back(std::move(cell));
    } else {
      const std::string_view cell = line.substr(0, line.find(','));
      if (cell.find('"') != std::string_view::npos) {
        return input_error("a quote inside a cell; put the whole cell in quotes");
      }
      cells.emplace_back(cell);
      line.remove_prefix(cell.size());
    }
    more = line.starts_with(',');
    line.remove_prefix(more ? 1 : 0);
  }
  return cells;
}

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, const std::string& file,
                                      const std::vector<std::string>& columns) {
  std::vector<CsvRow> rows;
  bool header = true;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    auto cells = split(line);
    if (!cells) {
      return input_error(fmt::format("{}:{}: {}", file, number, cells.error().message));
    }
    if (std::exchange(header, false)) {
      if (*cells != columns) {
        return input_error(
            fmt::format("{}:{}: the header must be {}", file, number, fmt::join(columns, ",")));
      }
    } else if (cells->size() != columns.size()) {
      return input_error(fmt::format("{}:{}: {} columns instead of {}", file, number, cells->size(),
                                     columns.size()));
    } else {
      rows.push_back({number, std::move(*cells)});
    }
  }
  if (header) {
    return input_error(
        fmt::format("{}: has no header; it must be {}", file, fmt::join(columns, ",")));
  }
  return rows;
}

}  // namespace weft::reference
