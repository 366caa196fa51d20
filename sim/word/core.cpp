// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/core/audit.h"
#include "sim/core/datapath.h"
#include "sim/word/engine.h"

namespace weft::sim::word {

void Engine::spend(Core& core, Bin bin, std::int64_t cycles) {
  if (timeline_) {
    timeline_->spent(static_cast<std::int32_t>(&core - cores_.data()), bin, core.now,
                     core.now + cycles);
  }
  core.totals.bins[static_cast<std::size_t>(bin)] += cycles;
  bins_of(core.graph_op, op_bins_)[static_cast<std::size_t>(bin)] += cycles;
  core.now += cycles;
}

void Engine::run_core(std::int32_t index) {
  Core& core = this->core(index);
  while (core.now < until_) {
    const Step step = execute(index);
    if (step == Step::stop) {
      return;
    }
    if (step == Step::later) {
      break;
    }
  }
  agenda_.add(core.now, index);
}

Engine::Step Engine::wait_for(Core& core, std::int32_t id, Core::State state) {
  core.state = state;
  core.waited = id;
  if (state == Core::State::waiting) {
    operation(id).watched = core.now;
  }
  return Step::stop;
}

// What the core waited for is done. Bins of a wait count only now: a wait that never ends has none.
void Engine::end_wait(std::int32_t index, std::int64_t end) {
  Core& core = this->core(index);
  if (core.state == Core::State::waiting) {
    if (timeline_) {
      tell_wait(index, core.waited);
    }
    const auto& spent = operation(core.waited).spent;
    for (std::size_t b = 0; b < spent.size(); ++b) {
      const std::size_t bin = static_cast<std::size_t>(Bin::moving) + b;
      core.totals.bins[bin] += spent[b];
      bins_of(core.graph_op, op_bins_)[bin] += spent[b];
    }
    core.now = end;
    std::replace(core.events.begin(), core.events.end(), core.waited, kNone);
    free_operations_.push_back(core.waited);
  }
  core.state = Core::State::running;
  core.waited = kNone;
  ready_cores_.push_back(index);
}

void Engine::tell_wait(std::int32_t index, std::int32_t id) {
  for (const Past::Stretch& stretch : pasts_[static_cast<std::size_t>(id)].stretches) {
    timeline_->spent(index, stretch.bin, stretch.from, stretch.to);
  }
}

// False, with the fault said, when an operand lies outside the tile's memory map.
bool Engine::check_operands(std::int32_t index, const isa::Instr& instr) {
  const Core& core = this->core(index);
  if (operands_fit(instr, *core.program, static_cast<std::int64_t>(memory(index).size()))) {
    return true;
  }
  fault_ = where(core, core.program->pc) + ": an operand lies outside the buffers of the tile";
  return false;
}

// The instruction at pc; `later`: again when the core's own clock is the present, `stop`: the core
// waits or has ended.
Engine::Step Engine::execute(std::int32_t index) {
  Core& core = this->core(index);
  const isa::Program& program = programs_[static_cast<std::size_t>(core.role)];
  const isa::Instr& instr = program.code[static_cast<std::size_t>(core.program->pc)];
  if (instr.graph_op != core.graph_op || instr.opcode == isa::Opcode::end) {
    close_graph_op(core);
    core.graph_op = instr.opcode == isa::Opcode::end ? -1 : instr.graph_op;
  }
  switch (isa::info_of(instr.opcode).op_class) {
    case isa::OpClass::compute:
      return execute_compute(index, instr);
    case isa::OpClass::transfer:
      return execute_transfer(index, instr);
    case isa::OpClass::wait:
      return execute_wait(index, instr);
    case isa::OpClass::probe:
      return show_probe(index, instr) ? Step::next : Step::stop;
    default:
      break;
  }
  ++instructions_;
  const isa::CoreStep step = isa::step_core(program, core.at, *core.program);
  if (step == isa::CoreStep::halt) {
    close_graph_op(core);
    core.state = Core::State::halted;
    --running_cores_;
    return Step::stop;
  }
  spend(core, Bin::setup, cost_.core_step(step));
  return Step::next;
}

Engine::Step Engine::execute_compute(std::int32_t index, const isa::Instr& instr) {
  Core& core = this->core(index);
  const CostModel::Compute cost = cost_.compute(instr, *core.program);
  if (instr.opcode != isa::Opcode::busy || cost.cycles > 0) {
    const std::int32_t holder = core.last_claimant[unit::datapath];
    if (holder != kNone) {
      return wait_for(core, holder, Core::State::waiting_for_datapath);
    }
    spend(core, Bin::setup, cost.setup);
    spend(core, Bin::unit, std::max<std::int64_t>(0, core.datapath_free - core.now));
    spend(core, Bin::compute, cost.cycles);
    core.datapath_free = core.now;
    core.totals.macs += cost.macs;
    if (options_.data) {
      if (!check_operands(index, instr)) {
        return Step::stop;
      }
      run_compute(instr, *core.program, memory(index), product_sums(machine_));
    }
  }
  ++instructions_;
  ++core.program->pc;
  return Step::next;
}

Engine::Step Engine::execute_transfer(std::int32_t index, const isa::Instr& instr) {
  Core& core = this->core(index);
  if (core.now > now_) {
    return Step::later;
  }
  const isa::TransferOperands operands = isa::transfer_operands(instr);
  const bool sync = operands.engine < 0;
  if (!sync && operands.engine >= machine_.tile().queue_engines()) {
    fault_ = where(core, core.program->pc) + ": the machine has no such queue engine";
    return Step::stop;
  }
  if (isa::is_edge(instr.opcode) && core.channel == kNone) {
    fault_ = where(core, core.program->pc) + ": the tile has no edge channel";
    return Step::stop;
  }
  const std::int64_t words =
      core.program->t[static_cast<std::size_t>(operands.tensor)].wire_words();
  if (!core.is_set_up) {
    // One outstanding operation per event: wait for the earlier one.
    if (!sync && execute_wait_on(core, operands.event) == Step::stop) {
      return Step::stop;
    }
    if (options_.data && !check_operands(index, instr)) {
      return Step::stop;
    }
    spend(core, Bin::setup, cost_.transfer_setup());
    if (words > 0 && core.now > now_) {
      core.is_set_up = true;
      return Step::later;
    }
  }
  core.is_set_up = false;
  ++instructions_;
  if (words == 0) {
    ++core.program->pc;
    return Step::next;
  }
  const std::int32_t id = issue(index, instr, words);
  ++core.program->pc;
  if (sync) {
    return wait_for(core, id, Core::State::waiting);
  }
  core.events[static_cast<std::size_t>(operands.event)] = id;
  spend(core, Bin::setup, 1);
  return Step::next;
}

// `stop` while the operation of an event is in flight; forgets it when it is done.
Engine::Step Engine::execute_wait_on(Core& core, int event) {
  std::int32_t& id = core.events[static_cast<std::size_t>(event)];
  if (id == kNone) {
    return Step::next;
  }
  if (!operation(id).done) {
    return wait_for(core, id, Core::State::waiting);
  }
  free_operations_.push_back(id);
  id = kNone;
  return Step::next;
}

Engine::Step Engine::execute_wait(std::int32_t index, const isa::Instr& instr) {
  Core& core = this->core(index);
  if (core.now > now_) {
    return Step::later;
  }
  const Step step = execute_wait_on(core, instr.arg[0]);
  if (step == Step::next) {
    ++instructions_;
    ++core.program->pc;
  }
  return step;
}

bool Engine::show_probe(std::int32_t index, const isa::Instr& instr) {
  Core& core = this->core(index);
  if (options_.data) {
    if (!check_operands(index, instr)) {
      return false;
    }
    probes_.show(instr.arg[0],
                 core.program->value(instr, 3) + first_index_.of(static_cast<std::size_t>(index)),
                 core.program->value(instr, 2), core.at, core.program->tensor(instr, 1),
                 memory(index));
  }
  ++instructions_;
  ++core.program->pc;
  return true;
}

// The run of instructions of one graph op ended: its instance is told by the two outermost loops.
void Engine::close_graph_op(Core& core) {
  constexpr std::int32_t kMostInstances = 1 << 16;  // of each loop; later ones are not told apart
  if (core.graph_op < 0 || core.graph_op >= static_cast<int>(op_ends_.size())) {
    return;
  }
  const auto index = [&](std::int32_t level) {
    const auto& loop = core.program->loops[static_cast<std::size_t>(level)];
    return static_cast<std::size_t>(
        core.program->depth > level ? std::min(loop.index, kMostInstances) : 0);
  };
  auto& outer = op_ends_[static_cast<std::size_t>(core.graph_op)];
  outer.resize(std::max(outer.size(), index(0) + 1));
  auto& inner = outer[index(0)];
  const std::size_t at =
      index(1) +
      static_cast<std::size_t>(first_index_.of(static_cast<std::size_t>(&core - cores_.data())));
  inner.resize(std::max(inner.size(), at + 1), 0);
  inner[at] = std::max(inner[at], core.now);
}

}  // namespace weft::sim::word
