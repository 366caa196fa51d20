// SPDX-License-Identifier: Apache-2.0
#include "reference/published.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "reference/csv.h"
#include "reference/data.h"

namespace weft::reference {
namespace {

using Words = std::vector<std::string>;

const Words& columns() {
  static const Words names{"shape", "model", "hardware",    "work", "input",  "output",
                           "unit",  "value", "first_token", "note", "source", "confidence"};
  return names;
}

template <class Number>
std::optional<Number> number_in(const std::string& text) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

/// Takes the cells of a row in turn and keeps the first fault.
class Cells {
 public:
  Cells(const CsvRow& row, const std::string& file) : row_(row), file_(file) {}

  std::string text(bool needed = true) {
    const std::string& cell = row_.cells[at_++];
    if (needed && cell.empty()) {
      fault("is empty");
    }
    return cell;
  }
  std::string choice(const Words& choices) {
    const std::string cell = text();
    if (std::ranges::find(choices, cell) == choices.end()) {
      fault(fmt::format("'{}' is none of {}{}", cell, fmt::join(choices, ", "),
                        did_you_mean(cell, choices)));
    }
    return cell;
  }
  std::int64_t count() {
    const std::string cell = text();
    const auto value = number_in<std::int64_t>(cell);
    if (!value || *value < 0) {
      fault(fmt::format("'{}' is not a whole number", cell));
    }
    return value.value_or(0);
  }
  double positive() {
    const std::string cell = text();
    const auto value = number_in<double>(cell);
    if (!value || !std::isfinite(*value) || *value <= 0) {
      fault(fmt::format("'{}' is not a positive number", cell));
    }
    return value.value_or(0);
  }
  std::optional<double> positive_or_nothing() {
    if (row_.cells[at_].empty()) {
      ++at_;
      return {};
    }
    return positive();
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  void fault(const std::string& what) {
    if (!error_) {
      error_ = input_error(fmt::format("{}:{}: {} {}", file_, row_.line, columns()[at_ - 1], what));
    }
  }

  const CsvRow& row_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<PublishedFigure>> parse_published(std::string_view text,
                                                     const std::string& file) {
  WEFT_ASSIGN(const std::vector<CsvRow> rows, parse_csv(text, file, columns()));
  std::vector<PublishedFigure> figures;
  for (const CsvRow& row : rows) {
    Cells cells(row, file);
    PublishedFigure f;
    f.shape = cells.text();
    f.shape = f.shape == "-" ? "" : f.shape;
    f.model = cells.text();
    f.hardware = cells.text();
    f.work = cells.choice({"decode", "serve", "train"});
    f.input = cells.count();
    f.output = cells.count();
    f.unit = cells.choice(f.work == "decode"  ? Words{"tokens/s/user"}
                          : f.work == "serve" ? Words{"tokens/s"}
                                              : Words{"PF-days", "GPU-years", "USD"});
    f.value = cells.positive();
    f.first_token = cells.positive_or_nothing();
    f.note = cells.text(false);
    f.source = cells.text();
    f.confidence = cells.choice({"high", "medium", "low"});
    if (cells.error()) {
      return *cells.error();
    }
    figures.push_back(std::move(f));
  }
  return figures;
}

Result<std::vector<PublishedFigure>> load_published() {
  return parse_published(published_csv(), "reference/published.csv");
}

std::optional<PublishedFigure> published_of(const std::vector<PublishedFigure>& figures,
                                            const std::string& shape, const std::string& unit) {
  const auto found = std::ranges::find_if(
      figures, [&](const PublishedFigure& f) { return f.shape == shape && f.unit == unit; });
  return found == figures.end() ? std::nullopt : std::optional(*found);
}

}  // namespace weft::reference
