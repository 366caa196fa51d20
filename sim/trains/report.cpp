// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/memory/sram.h"
#include "sim/trains/engine.h"

namespace weft::sim::trains {

RunResult Engine::take_result() {
  RunResult result;
  std::int64_t end = 0;
  for (const Tile& tile : tiles_) {
    end = std::max({end, tile.now, tile.last_done});
  }
  result.cycles = Cycle(end);
  result.instructions = instructions_;
  result.exact = false;
  for (Tile& tile : tiles_) {
    tile.graph_op = kNone;
    spend(tile, Bin::idle, end - tile.now);
    result.tiles.push_back(tile.totals);
    result.macs += tile.totals.macs;
    result.words_sent += tile.totals.words_sent;
  }
  if (timeline_) {
    timeline_->finish(result);
  }
  for (const isa::Role& role : bundle_.roles()) {
    result.sram_peak_bytes = std::max(result.sram_peak_bytes, sram_extent(role));
  }
  collect_ops(op_ends_, result);
  result.op_bins = std::move(op_bins_);
  if (!is_over()) {
    result.deadlock.emplace_back("nothing can move any more");
  }
  const auto sent = [&](std::int32_t tree) {
    return point(source_of_tree_[static_cast<std::size_t>(tree)]).passed;
  };
  const auto undrained = std::count_if(points_.begin(), points_.end(), [&](const Point& at) {
    return at.kind == isa::RouteNode::Kind::sink && at.passed != sent(at.tree);
  });
  std::vector<double> load(1, 0);
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    for (const isa::RouteNode& node : routes_.trees[t].nodes) {
      for (const std::uint32_t link : node.links) {
        load.resize(std::max<std::size_t>(load.size(), link + 1));
        load[link] += sent(static_cast<std::int32_t>(t));
      }
    }
  }
  const double busiest = *std::max_element(load.begin(), load.end());
  audit({machine_, undrained, static_cast<std::int64_t>(busiest)}, result);
  return result;
}

}  // namespace weft::sim::trains
