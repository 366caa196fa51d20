// SPDX-License-Identifier: Apache-2.0
#include "word_oracle_core.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace weft::sim::oracle {
namespace {

using isa::CoreStep;
using isa::OpClass;
using isa::Opcode;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t cost_of(CoreStep step, const arch::Setup& setup) {
  switch (step) {
    case CoreStep::scalar:
      return setup.scalar();
    case CoreStep::branch:
      return setup.branch();
    case CoreStep::descriptor:
      return setup.tensor_descriptor();
    case CoreStep::loop_entry:
      return setup.loop_entry();
    case CoreStep::loop_iteration:
      return setup.loop_iteration();
    case CoreStep::halt:
      break;
  }
  return 0;
}

}  // namespace

Core::Core(const isa::Program* program, isa::Coordinates at, int tile, const arch::Machine& machine,
           Fabric& fabric)
    : program_(program),
      at_(at),
      tile_(tile),
      machine_(machine),
      fabric_(fabric),
      halted_(program == nullptr),
      units_(static_cast<std::size_t>(first_engine + machine.tile().queue_engines())) {
  events_.fill(kNone);
}

bool Core::is_done(int operation, std::int64_t t) const {
  return operation == kNone || operations_[static_cast<std::size_t>(operation)].is_done(t);
}

bool Core::run(std::int64_t t) {
  bool ran = false;
  while (!halted_ && resume_ <= t && is_done(awaited_, t)) {
    awaited_ = kNone;
    resume_ = t;
    if (!execute(t)) {
      break;
    }
    ran = true;
  }
  return ran;
}

// The instruction at pc in cycle t; false: it must wait.
bool Core::execute(std::int64_t t) {
  const isa::Instr& instr = program_->code[static_cast<std::size_t>(state_.pc)];
  switch (isa::info_of(instr.opcode).op_class) {
    case OpClass::compute:
      return execute_compute(instr, t);
    case OpClass::transfer:
      return execute_transfer(instr, t);
    case OpClass::wait:
      if (!is_done(events_[static_cast<std::size_t>(instr.arg[0])], t)) {
        return false;
      }
      ++state_.pc;
      return true;
    case OpClass::probe:
      ++state_.pc;
      return true;
    default:
      break;
  }
  const CoreStep step = isa::step_core(*program_, at_, state_);
  halted_ = step == CoreStep::halt;
  resume_ = t + cost_of(step, machine_.tile().setup());
  return true;
}

// False the first time round: the core is busy setting up for so many cycles.
bool Core::set_up(std::int64_t cycles, std::int64_t t) {
  is_set_up_ = !is_set_up_;
  if (is_set_up_) {
    resume_ = t + cycles;
  }
  return !is_set_up_;
}

std::int64_t Core::compute_cycles(const isa::Instr& instr) const {
  if (instr.opcode == Opcode::busy) {
    return state_.value(instr, 0);
  }
  const auto bytes = [&](int slot) { return state_.tensor(instr, slot).stored_elements() * 4; };
  std::int64_t read = 0;
  if (instr.opcode == Opcode::v2_add) {
    read = bytes(1) + bytes(2);
  } else if (instr.opcode != Opcode::vfill) {
    throw std::invalid_argument("the oracle does not know this compute instruction");
  }
  return std::max(
      {ceil_div(state_.tensor(instr, 0).elements(), machine_.tile().vector_lanes().f32()),
       ceil_div(read, machine_.tile().read_bandwidth()),
       ceil_div(bytes(0), machine_.tile().write_bandwidth())});
}

bool Core::execute_compute(const isa::Instr& instr, std::int64_t t) {
  const std::int64_t cycles = compute_cycles(instr);
  if (instr.opcode == Opcode::busy && cycles <= 0) {
    ++state_.pc;
    return true;
  }
  if (!set_up(instr.opcode == Opcode::busy ? 0 : machine_.tile().setup().compute(), t)) {
    return true;
  }
  ++state_.pc;
  Operation operation;
  operation.steps = cycles;
  operation.units = {datapath};
  awaited_ = add(std::move(operation));
  return true;
}

bool Core::execute_transfer(const isa::Instr& instr, std::int64_t t) {
  const isa::TransferOperands operands = isa::transfer_operands(instr);
  const bool sync = operands.engine < 0;
  const auto event = static_cast<std::size_t>(operands.event);
  // One outstanding operation per event.
  if (!sync && !is_set_up_ && !is_done(events_[event], t)) {
    return false;
  }
  if (!set_up(machine_.tile().setup().transfer(), t)) {
    return true;
  }
  ++state_.pc;
  Operation operation;
  operation.steps = state_.t[static_cast<std::size_t>(operands.tensor)].wire_words();
  if (operation.steps == 0) {
    return true;
  }
  if (isa::is_receive(instr.opcode)) {
    operation.in = fabric_.queue_at(tile_, operands.in_color);
    operation.routed = operation.routed && operation.in != kNone;
    operation.units.push_back(ramp_in);
  }
  if (isa::is_send(instr.opcode)) {
    operation.out = fabric_.tree_from(tile_, operands.out_color);
    operation.routed = operation.routed && operation.out != kNone;
    operation.units.push_back(ramp_out);
  }
  if (isa::uses_datapath(instr.opcode)) {
    operation.units.push_back(datapath);
  }
  if (!sync) {
    operation.units.push_back(first_engine + operands.engine);
  }
  const int index = add(std::move(operation));
  if (sync) {
    awaited_ = index;
  } else {
    events_[event] = index;
    resume_ = t + 1;
  }
  return true;
}

int Core::add(Operation operation) {
  const int index = static_cast<int>(operations_.size());
  for (const int unit : operation.units) {
    units_[static_cast<std::size_t>(unit)].push_back(index);
  }
  operations_.push_back(std::move(operation));
  return index;
}

void Core::release(std::int64_t t) {
  for (std::deque<int>& unit : units_) {
    while (!unit.empty() && is_done(unit.front(), t)) {
      unit.pop_front();
    }
  }
}

// Every earlier claimant of all its units is done, a word is there, and a place in every branch.
bool Core::may_step(const Operation& operation, std::int64_t t) const {
  if (!operation.routed || operation.taken == operation.steps || operation.last == t) {
    return false;
  }
  const bool granted = std::all_of(operation.units.begin(), operation.units.end(), [&](int unit) {
    const auto& claimants = units_[static_cast<std::size_t>(unit)];
    return &operations_[static_cast<std::size_t>(claimants.front())] == &operation;
  });
  return granted && (operation.in == kNone || fabric_.has_word(operation.in, t)) &&
         (operation.out == kNone || fabric_.has_room(operation.out)) &&
         (operation.out == kNone || fabric_.pace_allows(operation.out, t));
}

bool Core::step_operations(std::int64_t t, std::vector<int>& freed) {
  bool moved = false;
  for (const int unit : {datapath, ramp_in, ramp_out}) {
    if (units_[static_cast<std::size_t>(unit)].empty()) {
      continue;
    }
    Operation& operation =
        operations_[static_cast<std::size_t>(units_[static_cast<std::size_t>(unit)].front())];
    if (!may_step(operation, t)) {
      continue;
    }
    if (operation.in != kNone) {
      fabric_.consume(operation.in, t);
      freed.push_back(operation.in);
    }
    if (operation.out != kNone) {
      fabric_.issue(operation.out, t);
    }
    ++operation.taken;
    operation.last = t;
    last_done_ = t + 1;
    moved = true;
  }
  return moved;
}

bool Core::is_timed(std::int64_t t) const {
  const auto& out = units_[ramp_out];
  const bool paced = !out.empty() &&
                     operations_[static_cast<std::size_t>(out.front())].out != kNone &&
                     fabric_.pace_pending(operations_[static_cast<std::size_t>(out.front())].out);
  return (!halted_ && resume_ > t) || paced;
}

bool Core::is_over(std::int64_t t) const {
  return halted_ && std::all_of(units_.begin(), units_.end(), [&](const auto& unit) {
           return unit.empty() || is_done(unit.back(), t);
         });
}

}  // namespace weft::sim::oracle
