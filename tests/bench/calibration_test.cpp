// SPDX-License-Identifier: Apache-2.0
// The preset wse2 against the published cycles it was calibrated on (docs/calibration.md).
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>

#include "arch/machine.h"
#include "base/file.h"
#include "bench/calibration/fit.h"

namespace weft::bench {
namespace {

std::vector<PublishedRow> rows() {
  const auto rows = parse_rows(*read_file(WEFT_SOURCE_DIR "/validation/wse2.csv"));
  EXPECT_TRUE(rows.ok()) << rows.error().message;
  return *rows;
}

// T_R is 2.
double closed_form(const PublishedRow& row) {
  const double b = row.words;
  const double p = row.tiles;
  const double s = std::sqrt(p);
  if (row.kind == "chain") {
    return b + 6 * (p - 1);
  }
  if (row.kind == "star") {
    return b * (p - 1) + 5;
  }
  if (row.kind == "tree") {
    return std::max(b * std::log2(p), b * p * std::log2(p) / (2 * (p - 1)) + p - 1) +
           5 * std::log2(p);
  }
  if (row.kind == "two_phase") {
    return std::max(2 * b, 2 * b * s / (s + 1) + p - 1) + 5 * (2 * s - 2);
  }
  if (row.kind == "ring") {
    return 2 * (p - 1) * b / p + 4 * p - 6 + 2 * (p - 1) * 5;
  }
  return row.kind == "broadcast" ? b + p + 4 : b + 2 * p - 2 + 5;
}

TEST(Calibration, RowsOfClosedFormsHoldWhatTheFormSays) {
  int forms = 0;
  for (const PublishedRow& row : rows()) {
    if (row.name.starts_with("C2")) {
      EXPECT_EQ(static_cast<double>(row.published), closed_form(row)) << row.title();
      ++forms;
    }
  }
  EXPECT_EQ(forms, 8);
}

TEST(Calibration, ThePageHasWhatThePresetGivesAndEveryRowIsWithinItsLimit) {
  const arch::Machine machine = *arch::load_machine("wse2");
  std::string table;
  for (const PublishedRow& row : rows()) {
    const auto cycles = simulate_row(row, machine);
    ASSERT_TRUE(cycles.ok()) << cycles.error().message;
    EXPECT_LE(std::abs(row.error(*cycles)), row.limit) << row.title();
    table += table_line(row, *cycles);
  }
  EXPECT_THAT(*read_file(WEFT_SOURCE_DIR "/docs/calibration.md"), testing::HasSubstr(table));
}

TEST(Calibration, ThePresetLiesInTheRangesThatAreSearched) {
  const auto values = preset_values();
  ASSERT_TRUE(values.ok());
  ASSERT_EQ(values->size(), free_fields().size());
  for (std::size_t f = 0; f < values->size(); ++f) {
    const FreeField& field = free_fields()[f];
    EXPECT_THAT((*values)[f], testing::AllOf(testing::Ge(field.least), testing::Le(field.most)))
        << field.path;
  }
}

TEST(Calibration, AFitFindsTheCostsItsRowsWereMadeWith) {
  const Values made = {11, 8, 2, 2, 4, 9, 8};
  std::vector<PublishedRow> some;
  for (const int tiles : {6, 9}) {
    PublishedRow row{"made", "waferllm", tiles, 0, tiles * 3, tiles * 7, tiles * 4, 3, 1, 1, ""};
    row.published = std::llround(*simulate_row(row, *machine_with(made)));
    some.push_back(row);
  }
  const auto found = fit(some, [](const std::string&) {});
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_LT(found->largest, 0.5);
}

TEST(Calibration, ALineThatIsNoRowIsRefusedWithItsNumber) {
  const std::string header = "row,…\n";
  const auto message = [&](const std::string& line) {
    const auto rows = parse_rows(header + line);
    return rows.ok() ? std::string() : rows.error().message;
  };
  EXPECT_EQ(message("C1,chain,512,4096,0,0,0,0,7218,4,a, b and c\n"), "");
  EXPECT_EQ(message("C1,chain,512\n"), "line 2: 3 columns instead of 11");
  EXPECT_EQ(message("C1,chain,x,4096,0,0,0,0,7218,4,a"), "line 2: \"x\" is not a whole number");
  const PublishedRow row{"C9", "spiral", 4, 8, 0, 0, 0, 0, 1, 1, ""};
  EXPECT_THAT(simulate_row(row, *arch::load_machine("wse2")).error().message,
              testing::HasSubstr("nobody knows kind spiral"));
}

}  // namespace
}  // namespace weft::bench
