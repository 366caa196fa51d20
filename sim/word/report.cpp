// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/word/engine.h"

namespace weft::sim::word {

std::string Engine::where(const Core& core, std::int32_t pc) const {
  const auto& code = programs_[static_cast<std::size_t>(core.role)].code;
  const auto& instr = code[static_cast<std::size_t>(pc)];
  return fmt::format("tile ({},{}), role {}, instruction {} ({})", core.at.tx + region_.x,
                     core.at.ty + region_.y, bundle_.roles(core.role).name(), pc,
                     isa::info_of(instr.opcode).mnemonic);
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
    result.tiles.push_back(core.totals);
    result.macs += core.totals.macs;
    result.words_sent += core.totals.words_sent;
  }
  for (const isa::Role& role : bundle_.roles()) {
    result.sram_peak_bytes = std::max(result.sram_peak_bytes, sram_extent(role));
  }
  collect_ops(result);
  if (!is_over()) {
    result.deadlock = explain_deadlock();
  }
  if (options_.data) {
    result.tensors = probes_.take(bundle_);
  }
  result.exactness = "word by word";
  audit(result);
  return result;
}

void Engine::collect_ops(RunResult& result) const {
  for (std::size_t op = 0; op < op_ends_.size(); ++op) {
    for (std::size_t outer = 0; outer < op_ends_[op].size(); ++outer) {
      for (std::size_t inner = 0; inner < op_ends_[op][outer].size(); ++inner) {
        const std::int64_t end = op_ends_[op][outer][inner];
        if (end > 0) {
          result.ops.push_back(
              {static_cast<int>(op), static_cast<int>(outer), static_cast<int>(inner), Cycle(end)});
        }
      }
    }
  }
  std::sort(result.ops.begin(), result.ops.end(), [](const OpInstance& a, const OpInstance& b) {
    return std::tuple(a.end, a.outer, a.inner, a.graph_op) <
           std::tuple(b.end, b.outer, b.inner, b.graph_op);
  });
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

// Facts that must hold of any run, checked in every run.
void Engine::audit(RunResult& result) const {
  const auto add = [&](std::string name, bool ok, std::string detail) {
    result.audits.push_back({std::move(name), ok, std::move(detail)});
  };
  const std::int64_t cycles = result.cycles.count();
  const auto unbalanced =
      std::count_if(result.tiles.begin(), result.tiles.end(), [&](const TileResult& tile) {
        return std::accumulate(tile.bins.begin(), tile.bins.end(), std::int64_t{0}) != cycles;
      });
  add("bins of every tile sum to the run", unbalanced == 0,
      fmt::format("{} of {} tiles off", unbalanced, result.tiles.size()));

  const auto undrained =
      std::count_if(fabric_.sinks().begin(), fabric_.sinks().end(), [&](const Fabric::Sink& sink) {
        return sink.consumed != fabric_.trees()[static_cast<std::size_t>(sink.tree)].issued;
      });
  add("words sent = words received, all drained", undrained == 0,
      fmt::format("{} colors end with words on the way", undrained));

  const std::int64_t capacity = machine_.tile().sram();
  add("SRAM peak <= capacity", result.sram_peak_bytes <= capacity,
      fmt::format("{} of {} bytes", result.sram_peak_bytes, capacity));

  const auto& rates = machine_.tile().tensor_macs();
  const std::int64_t peak = std::max({rates.f32(), rates.f16(), rates.bf16()});
  const std::int64_t roofline =
      result.macs / std::max<std::int64_t>(1, peak * static_cast<std::int64_t>(cores_.size()));
  add("no faster than the tensor units", cycles >= roofline,
      fmt::format("{} cycles, roofline {}", cycles, roofline));

  const std::int64_t busiest = busiest_link();
  add("no link carries more than a word a cycle", busiest <= cycles,
      fmt::format("busiest link {} words in {} cycles", busiest, cycles));

  add("work was done", instructions_ > 0 && cycles > 0,
      fmt::format("{} instructions", instructions_));
  if (!result.deadlock.empty()) {
    add("the run ended", false, "deadlock");
  }
}

}  // namespace weft::sim::word
