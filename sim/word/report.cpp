// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/audit.h"
#include "sim/word/engine.h"

namespace weft::sim::word {

std::string Engine::where(const Core& core, std::int32_t pc) const {
  const auto& code = programs_[static_cast<std::size_t>(core.role)].code;
  const auto& instr = code[static_cast<std::size_t>(pc)];
  const auto index = static_cast<int>(&core - cores_.data());
  return fmt::format("tile ({},{}), role {}, instruction {} ({})",
                     index % region_.width + region_.x, index / region_.width + region_.y,
                     bundle_.roles(core.role).name(), pc, isa::info_of(instr.opcode).mnemonic);
}

RunResult Engine::take_result() {
  RunResult result;
  std::int64_t end = 0;
  for (const Core& core : cores_) {
    end = std::max({end, core.now, core.last_done});
  }
  result.cycles = Cycle(end);
  result.instructions = instructions_;
  for (Core& core : cores_) {
    core.totals.bins[static_cast<std::size_t>(Bin::idle)] += end - core.now;
    op_bins_.back()[static_cast<std::size_t>(Bin::idle)] += end - core.now;
    result.tiles.push_back(core.totals);
    result.macs += core.totals.macs;
    result.words_sent += core.totals.words_sent;
  }
  for (const isa::Role& role : bundle_.roles()) {
    result.sram_peak_bytes = std::max(result.sram_peak_bytes, sram_extent(role));
  }
  collect_ops(op_ends_, result);
  result.op_bins = std::move(op_bins_);
  if (!is_over()) {
    explain_deadlock(result);
  }
  if (options_.data) {
    result.tensors = probes_.take(bundle_);
  }
  if (timeline_) {
    timeline_->finish(result);
  }
  result.exactness = "word by word";
  audit_run(result);
  return result;
}

std::int64_t Engine::words_consumed() const {
  std::int64_t words = 0;
  for (const Fabric::Sink& sink : fabric_.sinks()) {
    words += sink.consumed;
  }
  return words;
}

// Words over the link that carried most.
std::int64_t Engine::busiest_link() const {
  std::vector<std::int64_t> load(1, 0);
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    for (const isa::RouteNode& node : routes_.trees[t].nodes) {
      for (const std::uint32_t link : node.links) {
        load.resize(std::max<std::size_t>(load.size(), link + 1));
        load[link] += fabric_.trees()[t].issued;
      }
    }
  }
  return *std::max_element(load.begin(), load.end());
}

// What only the engine knows of facts that must hold of any run.
void Engine::audit_run(RunResult& result) const {
  const auto undrained =
      std::count_if(fabric_.sinks().begin(), fabric_.sinks().end(), [&](const Fabric::Sink& sink) {
        return sink.consumed != fabric_.trees()[static_cast<std::size_t>(sink.tree)].issued;
      });
  audit({machine_, undrained, busiest_link()}, result);
}

}  // namespace weft::sim::word
