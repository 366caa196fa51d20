// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/program_run.h"

#include <fmt/format.h>

namespace weft::isa {

ProgramRun::ProgramRun(const Bundle& bundle, const ResolvedBundle& resolved, Findings& findings,
                       int most_executed_log2)
    : bundle_(bundle),
      resolved_(resolved),
      findings_(findings),
      most_executed_log2_(most_executed_log2) {
  for (const Program& program : resolved.programs) {
    steps_.push_back(plan_steps(program));
  }
}

// True when the core can go on with the instruction at pc.
bool ProgramRun::resume(Core& core) {
  if (core.wait == Core::Wait::none) {
    return true;
  }
  if (core.wait == Core::Wait::datapath) {
    core.waited = core.last[static_cast<std::size_t>(Unit::datapath)];
    if (core.waited != kNobody) {
      return false;
    }
  } else {
    const Transfer& transfer = transfers_[static_cast<std::size_t>(core.waited)];
    if (!transfer.done) {
      return false;
    }
    if (transfer.writes) {
      core.written.write(transfer.tensor);
    }
    if (core.wait == Core::Wait::event) {
      core.events[static_cast<std::size_t>(transfer.event)] = kNobody;
      core.fenced &= static_cast<std::uint16_t>(~(1u << transfer.event));
      ++core.state.pc;
    }
    free_transfers_.push_back(core.waited);
  }
  core.wait = Core::Wait::none;
  core.waited = kNobody;
  return true;
}

// Executes the instruction at pc; false when the core must wait or has ended.
bool ProgramRun::step(std::int32_t tile, Core& core) {
  const auto role = static_cast<std::size_t>(core.role);
  const Program& program = resolved_.programs[role];
  Step& step = steps_[role][static_cast<std::size_t>(core.state.pc)];
  if (++core.executed > std::int64_t{1} << most_executed_log2_) {
    say(core, Rule::budget,
        fmt::format("the program runs more than 2^{} instructions; bound its loops",
                    most_executed_log2_));
    stop(core);
    exhausted_ = true;
    return false;
  }
  switch (step.kind) {
    case StepKind::core:
      step_core(program, core.at, core.state);
      return true;
    case StepKind::halt:
      halt(core);
      return false;
    case StepKind::loop:
      if (!check_loop(core)) {
        return false;
      }
      step_core(program, core.at, core.state);
      return true;
    case StepKind::divide:
      check_divisor(core);
      step_core(program, core.at, core.state);
      return true;
    case StepKind::descriptor:
      if (step.checked) {
        step_core(program, core.at, core.state);
        return true;
      }
      check_dims(core);
      step_core(program, core.at, core.state);
      --core.state.pc;  // findings name the td itself
      check_written(core, step);
      ++core.state.pc;
      return true;
    case StepKind::transfer:
      return issue(tile, core, step);
    case StepKind::wait:
      return wait_event(core);
    case StepKind::probe:
      if (!check_operands(core, step)) {
        return false;
      }
      check_probe(core);
      check_fences(core, step);
      check_reads(core, step);
      ++core.state.pc;
      return true;
    case StepKind::busy:
      if (core.state.value(instr_of(core), 0) <= 0) {
        ++core.state.pc;
        return true;
      }
      break;
    case StepKind::compute:
      if (!check_operands(core, step)) {
        return false;
      }
      check_shapes(core, step);
      check_fences(core, step);
      check_reads(core, step);
      if (step.fills) {
        core.written.write(core.state.tensor(instr_of(core), step.slot[0]));
      }
      break;
  }
  core.waited = core.last[static_cast<std::size_t>(Unit::datapath)];
  if (core.waited != kNobody) {
    core.wait = Core::Wait::datapath;
    return false;
  }
  ++core.state.pc;
  return true;
}

std::int32_t ProgramRun::new_transfer() {
  if (!free_transfers_.empty()) {
    const std::int32_t id = free_transfers_.back();
    free_transfers_.pop_back();
    return id;
  }
  transfers_.emplace_back();
  return static_cast<std::int32_t>(transfers_.size() - 1);
}

// Issues the transfer at pc; false when the core must wait for it or cannot go on.
bool ProgramRun::issue(std::int32_t tile, Core& core, const Step& step) {
  if (!check_operands(core, step)) {
    return false;
  }
  check_shapes(core, step);
  check_fences(core, step);
  check_reads(core, step);
  if (step.transfer.address >= 0) {
    check_edge(core, step);
  }
  const TransferOperands& operands = step.transfer;
  const bool sync = operands.engine < 0;
  if (!sync && core.events[static_cast<std::size_t>(operands.event)] != kNobody) {
    say(core, Rule::event,
        fmt::format("takes event e{} again before its wait; put wait e{} before it", operands.event,
                    operands.event));
    stop(core);
    return false;
  }
  const Descriptor& tensor = core.state.tensor(instr_of(core), step.slot[0]);
  Transfer transfer;
  transfer.opcode = instr_of(core).opcode;
  transfer.sync = sync;
  transfer.writes = step.writes[0];
  transfer.engine = operands.engine;
  transfer.event = sync ? -1 : operands.event;
  transfer.tile = tile;
  transfer.pc = core.state.pc;
  transfer.words = tensor.wire_words();
  transfer.bytes = range_of(tensor);
  if (transfer.writes) {
    transfer.tensor = tensor;
  }
  if (!connect(core, step, transfer)) {
    stop(core);
    return false;
  }
  ++core.state.pc;
  if (transfer.words == 0) {
    if (!sync) {
      core.events[static_cast<std::size_t>(operands.event)] = Core::kNothingMoves;
    }
    return true;
  }
  const std::int32_t id = new_transfer();
  transfers_[static_cast<std::size_t>(id)] = transfer;
  claim_units(id, tensor.dtype);
  if (sync) {
    core.wait = Core::Wait::transfer;
    core.waited = id;
  } else {
    core.events[static_cast<std::size_t>(operands.event)] = id;
    core.fenced |= static_cast<std::uint16_t>(1u << operands.event);
  }
  begin(id);
  return resume(core);
}

bool ProgramRun::wait_event(Core& core) {
  const auto event = static_cast<std::size_t>(instr_of(core).arg[0]);
  const std::int32_t id = core.events[event];
  if (id == kNobody) {
    say(core, Rule::unknown_event,
        fmt::format("waits on event e{}, which no operation was given; drop it or issue one first",
                    event));
  }
  if (id < 0) {
    core.events[event] = kNobody;
    ++core.state.pc;
    return true;
  }
  core.wait = Core::Wait::event;
  core.waited = id;
  return resume(core);
}

}  // namespace weft::isa
