// SPDX-License-Identifier: Apache-2.0
#include "sim/activity.h"

#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

// Called before the tile's clock moves on.
void Engine::tell_spent(const Tile& tile, Bin bin, std::int64_t cycles) const {
  if (cycles <= 0) {
    return;
  }
  const auto index = [&](std::int32_t level) {
    return tile.program.depth > level ? tile.program.loops[static_cast<std::size_t>(level)].index
                                      : 0;
  };
  Stretch stretch{tile.now, tile.now + cycles, bin};
  if (tile.wait == Tile::Wait::halted) {
    activity_->spent(static_cast<std::int32_t>(&tile - tiles_.data()), stretch);
    return;
  }
  stretch.pc = tile.at_pc;
  if (tile.waited != kNone) {
    const std::int32_t pc = operations_[static_cast<std::size_t>(tile.waited)].pc;
    stretch.waits_for = pc == tile.at_pc ? -1 : pc;
  }
  stretch.graph_op = tile.graph_op;
  if (tile.graph_op >= 0) {
    stretch.outer = index(0);
    stretch.inner = index(1) + first_index_.of(static_cast<std::size_t>(&tile - tiles_.data()));
  }
  activity_->spent(static_cast<std::int32_t>(&tile - tiles_.data()), stretch);
}

void Engine::tell_completed(const Operation& operation) const {
  const auto tell = [&](std::int32_t node, std::int64_t word, bool issues) {
    if (node != kNone) {
      const std::int32_t tree = nodes_[static_cast<std::size_t>(node)].tree;
      activity_->completed({operation.tile, operation.pc,
                            wires_[static_cast<std::size_t>(tree)].color, tree, word,
                            operation.words, operation.first, operation.end, issues});
    }
  };
  tell(operation.out_node, operation.out_first, true);
  tell(operation.in_node, operation.in_first, false);
}

}  // namespace weft::sim::dataflow
