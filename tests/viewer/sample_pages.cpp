// SPDX-License-Identifier: Apache-2.0
// sample_pages FOLDER: pages of recordings whose every figure is known, for browser_test.mjs.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "tests/traces/timeline_sample.h"
#include "traces/page.h"

namespace {

bool write(const std::filesystem::path& path, std::span<const weft::traces::PageRun> runs) {
  const auto page = weft::traces::report_page(runs);
  const weft::Status status = page ? weft::write_file(path, *page) : weft::Status(page.error());
  if (!status) {
    fmt::print(stderr, "{}\n", status.error().message);
  }
  return status.ok();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "sample_pages: give the folder to write to\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const auto small = weft::traces::timeline_sample(24, 16, 2, 20);
  auto other = small;
  for (auto& tile : *other.mutable_tiles()) {
    tile.mutable_bins()->set_compute(tile.bins().compute() + 1'000);
    tile.mutable_bins()->set_input(tile.bins().input() - 1'000);
  }
  auto tiles = weft::traces::timeline_sample(12, 8, 1, 20);
  for (auto& series : *tiles.mutable_timeline()->mutable_series()) {
    series.clear_max();
  }
  const auto wafer = weft::traces::timeline_sample(750, 994, 4, 64);
  const weft::traces::PageRun one[] = {{"small", &small, ""}};
  const weft::traces::PageRun two[] = {{"before", &small, ""}, {"after", &other, ""}};
  const weft::traces::PageRun single[] = {{"tiles", &tiles, ""}};
  const weft::traces::PageRun whole[] = {{"wafer", &wafer, ""}};
  return write(folder / "small.html", one) && write(folder / "two.html", two) &&
                 write(folder / "tiles.html", single) && write(folder / "wafer.html", whole)
             ? 0
             : 1;
}
