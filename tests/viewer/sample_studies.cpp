// SPDX-License-Identifier: Apache-2.0
// sample_studies FOLDER: pages of studies whose every figure is known, for study_samples_test.mjs
// and study_speed_test.mjs, which compute the same.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "cli/study_page.h"

namespace {

using weft::cli::PageStudy;
using weft::explore::Row;

/// A number of [0, 1) that looks drawn.
double drawn(std::int64_t point, std::int64_t stream) {
  const std::int64_t mixed = (point + 1) * (stream + 17) * 7'919 % 99'991;
  return static_cast<double>((mixed * mixed + 31 * stream) % 99'991) / 99'991;
}

Row row(std::int64_t index, std::int64_t values) {
  Row row;
  row.point.index = index;
  row.point.key = fmt::format("{}", index);
  const std::int64_t side = index % values;
  row.point.values = {fmt::format("{}", 100 + side),
                      fmt::format("{} KiB", 16 << (index / values % 4)),
                      index % 2 == 0 ? "narrow" : "wide"};
  if (index % 10 == 9) {
    row.exit = weft::explore::EXIT_REFUSED;
    row.message = fmt::format("side {} does not fit: <tile> \"(1,1)\" needs more", side % 5);
    return row;
  }
  const double area = 50 + 400 * drawn(index, 1);
  const double speed = 2'000 * drawn(index, 2) * (area / (area + 100)) + 1;
  row.exit = weft::explore::EXIT_DONE;
  row.figures["tokens_per_second"] = speed;
  row.figures["time_per_token"] = 1 / speed;
  row.figures["cycles"] = 1'000'000 + index;
  row.figures["area"] = area;
  row.figures["utilization"] = drawn(index, 3);
  row.figures["sram_per_tile"] = 10'000 + index % 6'000;
  row.figures["energy_per_token"] = 1e-3 * (1 + drawn(index, 4));
  const char* const bins[] = {"compute", "setup", "moving", "input", "output", "unit", "idle"};
  for (std::int64_t i = 0; const char* bin : bins) {
    row.figures[fmt::format("share_{}", bin)] = drawn(index, 5 + i++) / 7;
  }
  return row;
}

PageStudy study(const std::string& name, std::int64_t points, std::int64_t values) {
  PageStudy page;
  auto& about = page.planned.file.study;
  about.set_name(name);
  about.set_description("Figures that a test knows <b>in advance</b>.");
  auto& speed = *about.add_objectives();
  speed.set_metric("tokens_per_second");
  speed.set_goal(weft::explore::Objective::GOAL_MAXIMIZE);
  auto& area = *about.add_objectives();
  area.set_metric("area");
  area.set_goal(weft::explore::Objective::GOAL_MINIMIZE);
  auto& limit = *about.add_constraints();
  limit.set_metric("utilization");
  limit.set_at_least(0.25);
  page.planned.axes = {"side", "sram", "link"};
  for (std::int64_t index = 0; index < points; ++index) {
    page.planned.rows.push_back(row(index, values));
  }
  page.folder = "out/it's " + name;
  page.points = "points of #1/";
  page.reported = {3};
  return page;
}

bool write(const std::filesystem::path& path, std::span<const PageStudy> studies) {
  const auto page = weft::cli::study_page(studies);
  const weft::Status status = page ? weft::write_file(path, *page) : weft::Status(page.error());
  if (!status) {
    fmt::print(stderr, "{}\n", status.error().message);
  }
  return status.ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "sample_studies: give the folder to write to\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  PageStudy few[] = {study("few", 200, 50)};
  PageStudy many[] = {study("many", 100'000, 500)};
  PageStudy none[] = {study("none", 200, 50)};
  for (Row& row : none->planned.rows) {
    row.exit = weft::explore::EXIT_UNKNOWN;
    row.figures.clear();
    row.message.clear();
  }
  return write(folder / "few.html", few) && write(folder / "many.html", many) &&
                 write(folder / "none.html", none)
             ? 0
             : 1;
}
