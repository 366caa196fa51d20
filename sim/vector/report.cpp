// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/audit.h"
#include "sim/memory/sram.h"
#include "sim/vector/engine.h"

namespace weft::sim::vector {

RunResult Engine::take_result() {
  RunResult result;
  result.vectors = true;
  result.threads = crew_.threads();
  std::int64_t end = 0;
  for (const GroupState& state : states_) {
    end = std::max({end, state.now.high + state.epoch, state.last_done});
    result.instructions += state.instructions;
  }
  result.cycles = Cycle(end);
  collect_tiles(result);
  for (const isa::Role& role : bundle_.roles()) {
    result.sram_peak_bytes = std::max(result.sram_peak_bytes, sram_extent(role));
  }
  collect_ops(op_ends_, result);
  collect_op_bins(result);
  result.repeats = repeats_;
  say_exactness(link_meetings(), !shared_.empty(), result);
  std::vector<std::int64_t> words = link_words();
  audit({machine_, 0, words.empty() ? 0 : *std::max_element(words.begin(), words.end())}, result);
  if (timeline_ != nullptr) {
    result.link_words = std::move(words);
  }
  return result;
}

void Engine::collect_tiles(RunResult& result) const {
  const std::int64_t end = result.cycles.count();
  result.tiles.resize(static_cast<std::size_t>(region_.area()));
  for (TileResult& tile : result.tiles) {
    tile.bins[static_cast<std::size_t>(Bin::idle)] = end;
  }
  for (std::size_t g = 0; g < groups_.groups.size(); ++g) {
    const Group& group = groups_.groups[g];
    const GroupState& state = states_[g];
    result.instructions += state.instructions * (group.tiles - 1);
    result.macs += state.macs * group.tiles;
    result.words_sent += state.words_sent * group.tiles;
    for (const LaneRun& run : group.lanes) {
      for (int i = 0; i < run.count; ++i) {
        const int x = run.first + i * run.step;
        const auto k =
            static_cast<std::size_t>((run.y - group.box.y) * group.box.width + x - group.box.x);
        TileResult& tile = result.tiles[static_cast<std::size_t>(run.y * region_.width + x)];
        const auto bin = [&](Bin which) -> std::int64_t& {
          return tile.bins[static_cast<std::size_t>(which)];
        };
        bin(Bin::compute) = state.compute;
        bin(Bin::setup) = state.setup;
        bin(Bin::unit) = state.waits.total(0, k);
        bin(Bin::input) = state.waits.total(1, k);
        bin(Bin::output) = state.waits.total(2, k);
        const std::int64_t now = (*state.now.plane)[k] + state.now.shift + state.epoch;
        bin(Bin::moving) =
            now - state.compute - state.setup - bin(Bin::unit) - bin(Bin::input) - bin(Bin::output);
        bin(Bin::idle) = end - now;
        tile.words_sent = state.words_sent;
        tile.words_received = state.words_received;
        tile.macs = state.macs;
      }
    }
  }
}

}  // namespace weft::sim::vector
