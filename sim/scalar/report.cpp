// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/memory/sram.h"
#include "sim/scalar/engine.h"

namespace weft::sim::scalar {

// What a core spends by its program alone is known from the program; what it waited was counted; in
// the rest of its cycles words moved.
RunResult Engine::take_result() {
  RunResult result;
  result.lean = true;
  std::int64_t end = epoch_ + latest_;
  for (const std::int64_t ended : ended_) {
    end = std::max(end, ended);
  }
  result.cycles = Cycle(end);
  result.tiles.resize(tiles_.size());
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    const Tile& tile = tiles_[i];
    TileResult& to = result.tiles[i];
    const auto bin = [&](Bin which) -> std::int64_t& {
      return to.bins[static_cast<std::size_t>(which)];
    };
    const std::int64_t now = ended_[i];
    bin(Bin::idle) = end - now;
    if (program_of_[i] == kNone) {
      continue;
    }
    const Totals& totals = programs_[program_of_[i]].totals;
    bin(Bin::setup) = totals.setup;
    bin(Bin::compute) = totals.compute;
    bin(Bin::unit) = tile.waits[static_cast<std::size_t>(Wait::unit)];
    bin(Bin::input) = tile.waits[static_cast<std::size_t>(Wait::input)];
    bin(Bin::output) = tile.waits[static_cast<std::size_t>(Wait::output)];
    bin(Bin::moving) =
        now - totals.setup - totals.compute - bin(Bin::unit) - bin(Bin::input) - bin(Bin::output);
    to.words_sent = totals.words_sent;
    to.words_received = totals.words_received;
    to.macs = totals.macs;
    result.macs += totals.macs;
    result.words_sent += totals.words_sent;
    result.instructions += totals.instructions;
  }
  for (const isa::Role& role : bundle_.roles()) {
    result.sram_peak_bytes = std::max(result.sram_peak_bytes, sram_extent(role));
  }
  collect_ops(op_ends_, result);
  say_exactness(0, !shared_links_.empty(), result);
  audit({machine_, undrained(), busiest_link()}, result);
  return result;
}

}  // namespace weft::sim::scalar
