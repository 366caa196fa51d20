// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/audit.h"
#include "sim/core/datapath.h"
#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

void Engine::queue_core(std::int32_t tile) {
  Tile& core = tiles_[static_cast<std::size_t>(tile)];
  if (!core.queued) {
    core.queued = true;
    core_queue_.push_back(tile);
  }
}

void Engine::spend(Tile& tile, Bin bin, std::int64_t cycles) {
  if (activity_ != nullptr) {
    tell_spent(tile, bin, cycles);
  }
  if (timeline_) {
    timeline_->spent(static_cast<std::int32_t>(&tile - tiles_.data()), bin, tile.now,
                     tile.now + cycles);
  }
  tile.totals.bins[static_cast<std::size_t>(bin)] += cycles;
  bins_of(tile.graph_op, op_bins_)[static_cast<std::size_t>(bin)] += cycles;
  tile.now += cycles;
}

// The core stood still from tile.now to the operation's end: those cycles are what the operation
// was doing in them.
void Engine::account_wait(Tile& tile, const Operation& operation) {
  for (const Span& span : operation.spans) {
    if (span.end > tile.now) {
      spend(tile, span.bin, span.end - tile.now);
    }
  }
}

void Engine::run_core(std::int32_t tile_index, std::int64_t until) {
  Tile& tile = tiles_[static_cast<std::size_t>(tile_index)];
  tile.queued = false;
  if (tile.wait == Tile::Wait::halted || !resume(tile)) {
    return;
  }
  while (tile.now < until) {
    if (!execute(tile_index)) {
      return;
    }
  }
  parked_.push_back(tile_index);
}

// True when the core can go on with the instruction at pc.
bool Engine::resume(Tile& tile) {
  switch (tile.wait) {
    case Tile::Wait::none:
      return true;
    case Tile::Wait::datapath:
      if (tile.units[static_cast<std::size_t>(Unit::datapath)].last != kNone) {
        tile.waited = tile.units[static_cast<std::size_t>(Unit::datapath)].last;
        return false;
      }
      break;
    default:
      if (!operations_[static_cast<std::size_t>(tile.waited)].done) {
        return false;
      }
      account_wait(tile, operations_[static_cast<std::size_t>(tile.waited)]);
      if (tile.wait == Tile::Wait::event) {
        std::replace(tile.events.begin(), tile.events.end(), tile.waited, kNone);
      }
      release_operation(tile.waited);
      break;
  }
  tile.wait = Tile::Wait::none;
  tile.waited = kNone;
  return true;
}

// False, with the fault said, when an operand lies outside the tile's memory map.
bool Engine::check_operands(std::int32_t tile_index, const isa::Instr& instr) {
  const Tile& tile = tiles_[static_cast<std::size_t>(tile_index)];
  const auto bytes = sram_.of(static_cast<std::size_t>(tile_index)).size();
  if (operands_fit(instr, tile.program, static_cast<std::int64_t>(bytes))) {
    return true;
  }
  fault_ = where(tile, tile.program.pc) + ": an operand lies outside the buffers of the tile";
  return false;
}

// Executes the instruction at pc; false when the core must wait or has halted.
bool Engine::execute(std::int32_t tile_index) {
  Tile& tile = tiles_[static_cast<std::size_t>(tile_index)];
  const isa::Program& program = programs_[static_cast<std::size_t>(tile.role)];
  const isa::Instr& instr = program.code[static_cast<std::size_t>(tile.program.pc)];
  ++instructions_;
  tile.at_pc = tile.program.pc;
  if (instr.graph_op != tile.graph_op || instr.opcode == isa::Opcode::end) {
    close_graph_op(tile);
    tile.graph_op = instr.opcode == isa::Opcode::end ? -1 : instr.graph_op;
  }
  switch (isa::info_of(instr.opcode).op_class) {
    case isa::OpClass::compute:
      return execute_compute(tile_index, instr);
    case isa::OpClass::transfer:
      return execute_transfer(tile_index, instr);
    case isa::OpClass::wait:
      return execute_wait(tile, instr);
    case isa::OpClass::probe:
      if (options_.data) {
        if (!check_operands(tile_index, instr)) {
          return false;
        }
        probes_.show(
            instr.arg[0],
            tile.program.value(instr, 3) + first_index_.of(static_cast<std::size_t>(tile_index)),
            tile.program.value(instr, 2), tile.at, tile.program.tensor(instr, 1),
            sram_.of(static_cast<std::size_t>(tile_index)));
      }
      ++tile.program.pc;
      return true;
    default:
      break;
  }
  const isa::CoreStep step = isa::step_core(program, tile.at, tile.program);
  if (step == isa::CoreStep::halt) {
    close_graph_op(tile);
    tile.wait = Tile::Wait::halted;
    ++halted_;
    return false;
  }
  spend(tile, Bin::setup, cost_.core_step(step));
  return true;
}

bool Engine::execute_compute(std::int32_t tile_index, const isa::Instr& instr) {
  Tile& tile = tiles_[static_cast<std::size_t>(tile_index)];
  const CostModel::Compute cost = cost_.compute(instr, tile.program);
  const bool empty_busy = instr.opcode == isa::Opcode::busy && cost.cycles == 0;
  if (!empty_busy) {
    Claim& datapath = tile.units[static_cast<std::size_t>(Unit::datapath)];
    if (datapath.last != kNone) {
      tile.wait = Tile::Wait::datapath;
      tile.waited = datapath.last;
      --instructions_;
      return false;
    }
    spend(tile, Bin::setup, cost.setup);
    spend(tile, Bin::unit, std::max<std::int64_t>(0, datapath.free - tile.now));
    spend(tile, Bin::compute, cost.cycles);
    datapath.free = tile.now;
    tile.totals.macs += cost.macs;
    if (options_.data) {
      if (!check_operands(tile_index, instr)) {
        return false;
      }
      run_compute(instr, tile.program, sram_.of(static_cast<std::size_t>(tile_index)),
                  product_sums(machine_));
    }
  }
  ++tile.program.pc;
  return true;
}

bool Engine::execute_transfer(std::int32_t tile_index, const isa::Instr& instr) {
  Tile& tile = tiles_[static_cast<std::size_t>(tile_index)];
  const isa::TransferOperands operands = isa::transfer_operands(instr);
  const bool sync = operands.engine < 0;
  if (!sync && operands.engine >= static_cast<int>(tile.engines.size())) {
    fault_ = where(tile, tile.program.pc) + ": the machine has no such queue engine";
    return false;
  }
  if (isa::is_edge(instr.opcode) && tile.channel == kNone) {
    fault_ = where(tile, tile.program.pc) + ": the tile has no edge channel";
    return false;
  }
  const std::int64_t words = tile.program.t[static_cast<std::size_t>(operands.tensor)].wire_words();
  if (!sync && tile.events[static_cast<std::size_t>(operands.event)] != kNone) {
    // One outstanding operation per event: wait for the earlier one.
    tile.wait = Tile::Wait::event;
    tile.waited = tile.events[static_cast<std::size_t>(operands.event)];
    --instructions_;
    return resume(tile);
  }
  if (options_.data && !check_operands(tile_index, instr)) {
    return false;
  }
  spend(tile, Bin::setup, cost_.transfer_setup());
  if (words == 0) {
    ++tile.program.pc;
    return true;
  }
  const std::int32_t id = issue(tile_index, instr, words);
  ++tile.program.pc;
  if (!sync) {
    tile.events[static_cast<std::size_t>(operands.event)] = id;
    spend(tile, Bin::setup, 1);
    return true;
  }
  tile.wait = Tile::Wait::operation;
  tile.waited = id;
  if (operations_[static_cast<std::size_t>(id)].started) {
    advance_operation(id);
  }
  return resume(tile);
}

bool Engine::execute_wait(Tile& tile, const isa::Instr& instr) {
  const std::int32_t operation = tile.events[static_cast<std::size_t>(instr.arg[0])];
  if (operation != kNone) {
    tile.wait = Tile::Wait::event;
    tile.waited = operation;
    if (!resume(tile)) {
      --instructions_;
      return false;
    }
  }
  ++tile.program.pc;
  return true;
}

// The run of instructions of one graph op ended: its instance is told by the two outermost loops.
void Engine::close_graph_op(Tile& tile) {
  constexpr std::int32_t kMostInstances = 1 << 16;  // of each loop; later ones are not told apart
  if (tile.graph_op < 0 || tile.graph_op >= static_cast<int>(op_ends_.size())) {
    return;
  }
  const auto index = [&](std::int32_t level) {
    const auto& loop = tile.program.loops[static_cast<std::size_t>(level)];
    return static_cast<std::size_t>(
        tile.program.depth > level ? std::min(loop.index, kMostInstances) : 0);
  };
  auto& outer = op_ends_[static_cast<std::size_t>(tile.graph_op)];
  outer.resize(std::max(outer.size(), index(0) + 1));
  auto& inner = outer[index(0)];
  const std::size_t at =
      index(1) +
      static_cast<std::size_t>(first_index_.of(static_cast<std::size_t>(&tile - tiles_.data())));
  inner.resize(std::max(inner.size(), at + 1), 0);
  inner[at] = std::max(inner[at], tile.now);
}

}  // namespace weft::sim::dataflow
