// SPDX-License-Identifier: Apache-2.0
#include "cli/last_cycles.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/override_effect.h"
#include "cli/record_window.h"
#include "cli/window_arguments.h"
#include "isa/bundle.h"
#include "traces/progress.h"

namespace weft::cli {
namespace {

// What holds the tiles of the wait, from its first corner on where that is too large.
Rect tiles_around(const sim::RunResult& failed, const Rect& region) {
  Rect tiles = region;
  if (!failed.deadlock_tiles.empty()) {
    int left = region.width, right = 0, top = region.height, bottom = 0;
    for (const std::int32_t tile : failed.deadlock_tiles) {
      left = std::min(left, tile % region.width);
      right = std::max(right, tile % region.width);
      top = std::min(top, tile / region.width);
      bottom = std::max(bottom, tile / region.width);
    }
    tiles = {region.x + left, region.y + top, right - left + 1, bottom - top + 1};
  }
  constexpr int kMost = static_cast<int>(kMostLastTiles);
  constexpr int kSide = 32;
  if (tiles.area() > kMostLastTiles) {
    tiles.width = std::min(tiles.width, std::max(kSide, kMost / tiles.height));
    tiles.height = std::min(tiles.height, kMost / tiles.width);
  }
  return tiles;
}

// When the last of the tiles that wait for each other came to a stand.
std::int64_t stand_of(const sim::RunResult& failed) {
  std::int64_t stand = 0;
  for (const std::int32_t tile : failed.deadlock_tiles) {
    const sim::BinCycles& bins = failed.tiles[static_cast<std::size_t>(tile)].bins;
    stand = std::max(stand, failed.cycles.count() - bins[static_cast<std::size_t>(sim::Bin::idle)]);
  }
  return failed.deadlock_tiles.empty() ? failed.cycles.count() : stand;
}

}  // namespace

bool has_failed(const sim::RunResult& result) {
  return !result.deadlock.empty() || std::any_of(result.audits.begin(), result.audits.end(),
                                                 [](const sim::Audit& audit) { return !audit.ok; });
}

Result<std::string> record_last_cycles(const isa::Bundle& bundle, const arch::Machine& machine,
                                       const sim::RunResult& failed, traces::Window& window) {
  sim::Window asked;
  asked.tiles = tiles_around(failed, isa::rect_of(bundle.region()));
  asked.end = std::max<std::int64_t>(1, stand_of(failed));
  asked.begin = std::max<std::int64_t>(0, asked.end - kLastCycles);
  if (failed.instructions > kMostInstructionsTimedAgain) {
    return fmt::format(
        "how it came was not recorded, for the run is long; --trace-tiles {} --trace-cycles {}:{} "
        "records it",
        written_tiles(asked.tiles), asked.begin, asked.end);
  }
  traces::Progress progress("simulating again, to record how it came", stderr);
  sim::Options options;
  options.data = false;
  options.engine = sim::EngineKind::dataflow;
  options.sample_hops = 0;
  options.window = asked;
  options.progress = [&](std::int64_t cycle, double fraction) {
    progress.update(fraction, fmt::format("cycle {}", with_commas(cycle)));
    return !interrupted();
  };
  const auto again = sim::simulate(bundle, machine, {}, options);
  if (interrupted()) {
    return interrupted_error();
  }
  if (!again || !again->window || again->cycles != failed.cycles) {
    return std::string("how it came was not recorded: the run could not be simulated again");
  }
  record_window(*again->window, bundle, asked.end, window);
  return fmt::format("the last {} cycles of tiles {} are recorded: weft trace, weft report",
                     with_commas(asked.end - asked.begin), written_tiles(asked.tiles));
}

}  // namespace weft::cli
