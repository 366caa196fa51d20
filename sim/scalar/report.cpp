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
  if (timeline_) {
    timeline_->finish(result);
  }
  collect_ops(op_ends_, result);
  collect_op_bins(result);
  say_exactness(0, !shared_links_.empty(), result);
  audit({machine_, undrained(), busiest_link()}, result);
  return result;
}

void Engine::collect_op_bins(RunResult& result) const {
  result.op_bins.resize(op_spent_.size());
  const auto bin = [&](std::size_t op, Bin which) -> std::int64_t& {
    return result.op_bins[op][static_cast<std::size_t>(which)];
  };
  for (const std::int32_t program : program_of_) {
    if (program == kNone) {
      continue;
    }
    for (const auto& [op, totals] : programs_[program].ops) {
      BinCycles& bins = bins_of(op, result.op_bins);
      bins[static_cast<std::size_t>(Bin::setup)] += totals.setup;
      bins[static_cast<std::size_t>(Bin::compute)] += totals.compute;
    }
  }
  if (op_spent_.size() == 1) {  // no ops: everything lies outside
    for (const TileResult& tile : result.tiles) {
      for (std::size_t which = 0; which < kBins; ++which) {
        const auto known = static_cast<Bin>(which);
        if (known != Bin::setup && known != Bin::compute) {
          result.op_bins.back()[which] += tile.bins[which];
        }
      }
    }
    return;
  }
  for (std::size_t op = 0; op < op_spent_.size(); ++op) {
    const Spent& spent = op_spent_[op];
    bin(op, Bin::unit) = spent.waits[static_cast<std::size_t>(Wait::unit)];
    bin(op, Bin::input) = spent.waits[static_cast<std::size_t>(Wait::input)];
    bin(op, Bin::output) = spent.waits[static_cast<std::size_t>(Wait::output)];
    bin(op, Bin::moving) = spent.all - bin(op, Bin::setup) - bin(op, Bin::compute) -
                           bin(op, Bin::unit) - bin(op, Bin::input) - bin(op, Bin::output);
  }
  for (const TileResult& tile : result.tiles) {
    result.op_bins.back()[static_cast<std::size_t>(Bin::idle)] +=
        tile.bins[static_cast<std::size_t>(Bin::idle)];
  }
}

}  // namespace weft::sim::scalar
