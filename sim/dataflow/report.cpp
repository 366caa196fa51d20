// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/audit.h"
#include "sim/dataflow/engine.h"
#include "sim/memory/sram.h"

namespace weft::sim::dataflow {

std::string Engine::where(const Tile& tile, std::int32_t pc) const {
  const auto& code = programs_[static_cast<std::size_t>(tile.role)].code;
  const auto& instr = code[static_cast<std::size_t>(pc)];
  const auto index = static_cast<int>(&tile - tiles_.data());
  return fmt::format("tile ({},{}), role {}, instruction {} ({})",
                     index % region_.width + region_.x, index / region_.width + region_.y,
                     bundle_.roles(tile.role).name(), pc, isa::info_of(instr.opcode).mnemonic);
}

RunResult Engine::take_result() {
  RunResult result;
  std::int64_t end = 0;
  for (const Tile& tile : tiles_) {
    end = std::max({end, tile.now, tile.last_done});
  }
  result.cycles = Cycle(end);
  result.instructions = instructions_;
  for (Tile& tile : tiles_) {
    const std::int64_t idle = end - tile.now;
    spend(tile, Bin::idle, idle);
    bins_of(tile.graph_op, op_bins_)[static_cast<std::size_t>(Bin::idle)] -= idle;
    op_bins_.back()[static_cast<std::size_t>(Bin::idle)] += idle;
    result.tiles.push_back(tile.totals);
    result.macs += tile.totals.macs;
    result.words_sent += tile.totals.words_sent;
  }
  for (const isa::Role& role : bundle_.roles()) {
    result.sram_peak_bytes = std::max(result.sram_peak_bytes, sram_extent(role));
  }
  collect_ops(op_ends_, result);
  result.op_bins = op_bins_;
  if (halted_ != static_cast<std::int32_t>(tiles_.size()) || !all_done()) {
    explain_deadlock(result);
  }
  if (options_.data) {
    result.tensors = probes_.take(bundle_);
  }
  if (timeline_) {
    timeline_->finish(result);
  }
  audit_links(result);
  audit_run(result);
  return result;
}

// What only the engine knows of facts that must hold of any run.
void Engine::audit_run(RunResult& result) const {
  std::int64_t undrained = 0;
  for (const Node& node : nodes_) {
    const std::int64_t sent =
        nodes_[static_cast<std::size_t>(first_node_[static_cast<std::size_t>(node.tree)])]
            .passed.known();
    undrained += node.kind == isa::RouteNode::Kind::sink && node.passed.known() != sent ? 1 : 0;
  }
  std::vector<std::int64_t> load;
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    const std::int64_t words = nodes_[static_cast<std::size_t>(first_node_[t])].passed.known();
    for (const isa::RouteNode& node : routes_.trees[t].nodes) {
      for (const std::uint32_t link : node.links) {
        load.resize(std::max<std::size_t>(load.size(), link + 1));
        load[link] += words;
      }
    }
  }
  const std::int64_t busiest = load.empty() ? 0 : *std::max_element(load.begin(), load.end());
  audit({machine_, undrained, busiest}, result);
}

}  // namespace weft::sim::dataflow
