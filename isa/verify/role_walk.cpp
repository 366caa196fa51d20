// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/role_walk.h"

#include <algorithm>
#include <bit>

namespace weft::isa {

// findings_ of the base refers to broken_, which is made after it and used later.
RoleWalk::RoleWalk(const Bundle& bundle, const ResolvedBundle& resolved, int most_executed_log2,
                   const std::function<bool()>& stop)
    : ProgramRun(bundle, resolved, broken_, std::min(most_executed_log2, kMostExecutedLog2)),
      stop_asked_(stop),
      loaded_(written_by_loads()) {}

RoleWalk::Outcome RoleWalk::walk(int role, const Coordinates& at,
                                 const std::vector<Roaming>& roams) {
  constexpr std::int64_t kStepsBetweenAsking = 1 << 14;
  cores_.assign(1, Core{});
  transfers_.clear();
  free_transfers_.clear();
  open_.clear();
  outcome_ = {};
  runs_ = 0;
  roaming_ = 0;
  datapath_event_ = kNobody;
  Core& core = cores_.front();
  core.at = at;
  core.role = role;
  core.events.fill(kNobody);
  core.written = loaded_[static_cast<std::size_t>(role)];
  bool fits = true;
  while (core.wait != Core::Wait::halted && fits) {
    const Instr& instr = instr_of(core);
    outcome_.by_place |= counts_unwritten(core, instr);
    if (!roams.empty()) {
      follow_roaming(core, instr, roams);
    }
    write_down(core, instr);
    step(0, core);
    fits = !broken_.any() && !outcome_.by_address && outcome_.steps.size() + runs_ <= kMostSteps &&
           (core.executed % kStepsBetweenAsking != 0 || !stop_asked_());
  }
  outcome_.good = fits && !broken_.any() && !stopped_;
  return std::move(outcome_);
}

bool RoleWalk::connect(Core&, const Step&, Transfer&) { return true; }

void RoleWalk::claim_units(std::int32_t id, DType dtype) {
  const Transfer& transfer = transfers_[static_cast<std::size_t>(id)];
  const auto& program = program_of(cores_.front());
  const TransferOperands operands =
      transfer_operands(program.code[static_cast<std::size_t>(transfer.pc)]);
  if (transfer.words > kMostWords) {
    runs_ = kMostSteps + 1;
    return;
  }
  CommStep step{CommStep::Kind::transfer};
  step.engine = transfer.sync ? std::int8_t{-1} : static_cast<std::int8_t>(transfer.engine);
  step.event = static_cast<std::int8_t>(transfer.event);
  step.units = uses_datapath(transfer.opcode) ? CommStep::kDatapath
               : is_edge(transfer.opcode)     ? CommStep::kEdge
                                              : std::uint8_t{0};
  step.amount = static_cast<std::uint32_t>(transfer.words);
  const TrainRun train{step.amount, static_cast<std::uint32_t>(dtype), 1};
  if (operands.in_color >= 0) {
    step.in_port = port(operands.in_color, false);
    count_train(step.in_port, train);
  }
  if (operands.out_color >= 0) {
    step.out_port = port(operands.out_color, true);
    count_train(step.out_port, train);
  }
  if (step.units == CommStep::kDatapath) {
    datapath_event_ = transfer.sync ? kNobody : transfer.event;
  }
  outcome_.steps.push_back(step);
}

void RoleWalk::begin(std::int32_t id) { transfers_[static_cast<std::size_t>(id)].done = true; }

std::int8_t RoleWalk::port(int color, bool out) {
  std::vector<CommPort>& ports = outcome_.ports;
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const CommPort& port) {
    return port.color == color && port.out == out;
  });
  const auto index = found - ports.begin();
  if (found == ports.end()) {
    ports.push_back({color, out, 0});
    outcome_.trains.emplace_back();
  }
  return static_cast<std::int8_t>(index);
}

void RoleWalk::count_train(std::int8_t port, const TrainRun& train) {
  std::vector<TrainRun>& runs = outcome_.trains[static_cast<std::size_t>(port)];
  if (!runs.empty() && runs.back().words == train.words && runs.back().dtype == train.dtype) {
    ++runs.back().count;
  } else {
    runs.push_back(train);
    ++runs_;
  }
}

// Before the instruction is executed; transfers write themselves down when they are issued.
void RoleWalk::write_down(const Core& core, const Instr& instr) {
  const OpClass op_class = info_of(instr.opcode).op_class;
  if (instr.opcode == Opcode::halt) {
    outcome_.steps.push_back({CommStep::Kind::halt});
  } else if (instr.opcode == Opcode::wait) {
    if (core.events[static_cast<std::size_t>(instr.arg[0])] >= 0) {
      CommStep step{CommStep::Kind::wait};
      step.event = static_cast<std::int8_t>(instr.arg[0]);
      outcome_.steps.push_back(step);
      datapath_event_ = datapath_event_ == instr.arg[0] ? kNobody : datapath_event_;
    }
  } else if (op_class == OpClass::compute) {
    const bool nothing = instr.opcode == Opcode::busy && core.state.value(instr, 0) <= 0;
    if (datapath_event_ != kNobody && !nothing) {
      outcome_.steps.push_back({CommStep::Kind::datapath});
      datapath_event_ = kNobody;
    }
  } else if (instr.opcode == Opcode::loop && core.state.value(instr, 0) > 0) {
    open_.emplace_back();
    begin_run(open_.back());
  } else if (instr.opcode == Opcode::end) {
    end_iteration(core);
  }
}

void RoleWalk::begin_run(OpenLoop& loop) {
  loop.run = outcome_.steps.size();
  CommStep step{CommStep::Kind::loop};
  step.level = static_cast<std::uint16_t>(open_.size() - 1);
  step.amount = 1;
  outcome_.steps.push_back(step);
}

void RoleWalk::end_iteration(const Core& core) {
  std::vector<CommStep>& steps = outcome_.steps;
  OpenLoop& loop = open_.back();
  const auto run = steps.begin() + static_cast<std::ptrdiff_t>(loop.run);
  if (run + 1 == steps.end()) {
    steps.pop_back();  // an iteration that concerns nobody
  } else {
    CommStep end{CommStep::Kind::end};
    end.level = static_cast<std::uint16_t>(open_.size() - 1);
    end.back = static_cast<std::uint32_t>(steps.size() - loop.run);
    steps.push_back(end);
    const auto current = steps.begin() + static_cast<std::ptrdiff_t>(loop.run);
    const auto before = steps.begin() + static_cast<std::ptrdiff_t>(loop.before);
    if (loop.any_before && steps.end() - current == current - before &&
        std::equal(before + 1, current, current + 1)) {
      ++before->amount;
      steps.resize(loop.run);
    } else {
      loop.any_before = true;
      loop.before = loop.run;
    }
  }
  const auto& frame = core.state.loops[static_cast<std::size_t>(core.state.depth - 1)];
  if (frame.index + 1 < frame.count) {
    begin_run(loop);
  } else {
    open_.pop_back();
  }
}

// Which elements count depends on where the tile stands, once not all are written.
bool RoleWalk::counts_unwritten(Core& core, const Instr& instr) {
  if (instr.opcode != Opcode::probe && instr.opcode != Opcode::vred_argmax) {
    return false;
  }
  const Descriptor& read = core.state.tensor(instr, 1);
  return read.rank != 0 && core.written.missing(read);
}

// Where a descriptor lies differs between the places this walk stands for. That concerns no rule as
// long as it is an operand of compute instructions only, and all it may lie in is written and in no
// transfer under way.
void RoleWalk::follow_roaming(Core& core, const Instr& instr, const std::vector<Roaming>& roams) {
  const auto pc = static_cast<std::size_t>(core.state.pc);
  if (instr.opcode == Opcode::td) {
    const std::uint64_t bit = std::uint64_t{1} << instr.arg[0];
    roaming_ = roams[pc].anywhere() ? roaming_ | bit : roaming_ & ~bit;
    roaming_in_[static_cast<std::size_t>(instr.arg[0])] = roams[pc];
    return;
  }
  const Step& step = steps_[static_cast<std::size_t>(core.role)][pc];
  for (std::size_t i = 0; roaming_ != 0 && i < step.tensors; ++i) {
    const auto t = static_cast<unsigned>(instr.arg[step.slot[i]]);
    if ((roaming_ >> t & 1) != 0) {
      outcome_.by_address |= step.kind != StepKind::compute ||
                             instr.opcode == Opcode::vred_argmax ||
                             !anywhere_is_as_good(core, core.state.t[t].buffer, roaming_in_[t]);
    }
  }
}

bool RoleWalk::anywhere_is_as_good(Core& core, std::int16_t buffer, const Roaming& bytes) const {
  const auto& its = program_of(core).buffers[static_cast<std::size_t>(buffer)];
  Descriptor whole;
  constexpr std::int64_t kUnit = bytes_of(DType::f16);
  whole.base = static_cast<std::int32_t>(its.offset + bytes.first);
  whole.buffer = buffer;
  whole.dtype = DType::f16;
  whole.rank = 1;
  whole.dims[0] = static_cast<std::int32_t>((bytes.last - bytes.first) / kUnit);
  whole.strides[0] = 1;
  return (bytes.last - bytes.first) % kUnit == 0 && !core.written.missing(whole) &&
         !in_transfer(core, range_of(whole));
}

bool RoleWalk::in_transfer(const Core& core, const ByteRange& bytes) const {
  for (unsigned bits = core.fenced; bits != 0; bits &= bits - 1) {
    const auto event = static_cast<std::size_t>(std::countr_zero(bits));
    if (bytes.overlaps(transfers_[static_cast<std::size_t>(core.events[event])].bytes)) {
      return true;
    }
  }
  return false;
}

}  // namespace weft::isa
