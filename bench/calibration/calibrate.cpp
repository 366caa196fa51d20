// SPDX-License-Identifier: Apache-2.0
// What scripts/calibrate runs: fits the free fields of wse2 to published rows, or holds the preset
// to what docs/calibration.md says of it.
#include <fmt/format.h>

#include <cstring>

#include "base/file.h"
#include "bench/calibration/fit.h"

namespace weft::bench {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "calibrate: {}\n", error.message);
  return static_cast<int>(error.kind);
}

void print_values(const Values& values) {
  for (std::size_t f = 0; f < values.size(); ++f) {
    const FreeField& field = free_fields()[f];
    fmt::print("{}: {} (from {} to {})\n", field.path, field.text(values[f]),
               field.text(field.least), field.text(field.most));
  }
}

Result<std::string> table_of_preset(const std::vector<PublishedRow>& rows, bool& within) {
  WEFT_ASSIGN(const Values values, preset_values());
  WEFT_ASSIGN(const arch::Machine machine, machine_with(values));
  std::string table;
  for (const PublishedRow& row : rows) {
    WEFT_ASSIGN(const double cycles, simulate_row(row, machine));
    table += table_line(row, cycles);
    within = within && std::abs(row.error(cycles)) <= row.limit;
  }
  return table;
}

int check(const std::vector<PublishedRow>& rows, const std::string& page) {
  bool within = true;
  const auto table = table_of_preset(rows, within);
  if (!table) {
    return fail(table.error());
  }
  fmt::print("{}", *table);
  const auto text = read_file(page);
  if (!text) {
    return fail(text.error());
  }
  if (text->find(*table) == std::string::npos) {
    return fail(
        failed_error(page + ": its table is not what the preset gives; put this one there"));
  }
  return within ? 0 : fail(failed_error("a row is further off than its limit"));
}

int calibrate(const std::vector<PublishedRow>& rows) {
  const auto found = fit(rows, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  if (!found) {
    return fail(found.error());
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    fmt::print("{}", table_line(rows[r], found->cycles[r]));
  }
  print_values(found->values);
  return 0;
}

int run(int count, char** words) {
  const bool checks = count == 4 && std::strcmp(words[3], "--check") == 0;
  if (count < 3 || (count > 3 && !checks)) {
    return fail(input_error("usage: calibrate ROWS.csv PAGE.md [--check]"));
  }
  const auto text = read_file(words[1]);
  if (!text) {
    return fail(text.error());
  }
  const auto rows = parse_rows(*text);
  if (!rows) {
    return fail(Error{rows.error().kind, fmt::format("{}: {}", words[1], rows.error().message)});
  }
  return checks ? check(*rows, words[2]) : calibrate(*rows);
}

}  // namespace
}  // namespace weft::bench

int main(int count, char** words) { return weft::bench::run(count, words); }
