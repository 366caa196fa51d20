// SPDX-License-Identifier: Apache-2.0
#include "sim/core/script.h"

#include <algorithm>
#include <map>

namespace weft::sim {
namespace {

using isa::Instr;
using isa::OpClass;
using isa::Opcode;

constexpr std::size_t kMostSteps = std::size_t{1} << 23;
constexpr std::int64_t kMostInstructions = std::int64_t{1} << 26;

/// Executes a program as the tile at one place does.
class Writer {
 public:
  Writer(const isa::Program& program, const isa::Coordinates& at, const CostModel& cost,
         int engines, int colors)
      : program_(program),
        at_(at),
        cost_(cost),
        engines_(engines),
        colors_(colors),
        last_work_(program.code.size(), -1) {}

  Script write() {
    Script script;
    body(script.steps, -1);
    script.complete = complete_;
    script.work = std::move(work_);
    script.edge = edge_;
    match_loops(script.steps);
    return script;
  }

 private:
  const Instr& here() const { return program_.code[static_cast<std::size_t>(state_.pc)]; }

  // Until the end instruction at `stop` or halt; halt is written only outside loops.
  void body(std::vector<Step>& out, std::int32_t stop) {
    while (complete_ && state_.pc != stop) {
      const Instr& instr = here();
      if (++executed_ > kMostInstructions || out.size() > kMostSteps) {
        complete_ = false;
        return;
      }
      mark_op(out, instr.graph_op);
      ++pending_instructions_;
      switch (isa::info_of(instr.opcode).op_class) {
        case OpClass::compute:
          compute(out, instr);
          ++state_.pc;
          break;
        case OpClass::transfer:
          transfer(out, instr);
          ++state_.pc;
          break;
        case OpClass::wait: {
          Step step{Step::Kind::wait};
          step.event = static_cast<std::int16_t>(instr.arg[0]);
          step.pc = state_.pc;
          put(out, step);
          ++state_.pc;
          break;
        }
        case OpClass::probe:
          ++state_.pc;
          break;
        default:
          if (instr.opcode == Opcode::halt) {
            mark_op(out, -1);
            put(out, Step{Step::Kind::halt});
            return;
          }
          if (instr.opcode == Opcode::loop) {
            loop(out, instr);
          } else {
            spend(out, cost_.core_step(isa::step_core(program_, at_, state_)));
          }
      }
    }
  }

  void loop(std::vector<Step>& out, const Instr& instr) {
    const std::int32_t stop = program_.match[static_cast<std::size_t>(state_.pc)];
    const std::int32_t count = std::max(0, state_.value(instr, 0));
    const auto level = static_cast<std::size_t>(state_.depth);
    spend(out, cost_.core_step(isa::step_core(program_, at_, state_)));
    flush(out);
    std::vector<Step> run;
    std::vector<Step> next;
    std::int32_t first = 0;
    for (std::int32_t index = 0; index < count && complete_; ++index) {
      next.clear();
      body(next, stop);
      mark_op(next, -1);
      ++pending_instructions_;
      spend(next, cost_.core_step(isa::step_core(program_, at_, state_)));
      flush(next);
      // The op open at the first entry is closed inside the first iteration only.
      if (index > 0 && next == run) {
        continue;
      }
      close(out, run, first, index, level);
      first = index;
      run.swap(next);
    }
    close(out, run, first, count, level);
  }

  void close(std::vector<Step>& out, const std::vector<Step>& run, std::int32_t first,
             std::int32_t past, std::size_t level) {
    if (past == first || run.empty()) {
      return;
    }
    Step begin{Step::Kind::loop};
    begin.amount = past - first;
    begin.first = first;
    begin.level = static_cast<std::int16_t>(level);
    out.push_back(begin);
    out.insert(out.end(), run.begin(), run.end());
    Step end{Step::Kind::end};
    end.level = begin.level;
    out.push_back(end);
  }

  // As the scalar engine closes graph ops: before the first instruction of another one.
  void mark_op(std::vector<Step>& out, std::int16_t next) {
    if (next == op_) {
      return;
    }
    flush(out);
    if (op_ >= 0) {
      put(out, Step{Step::Kind::op_end});
    }
    op_ = next;
  }

  void compute(std::vector<Step>& out, const Instr& instr) {
    const CostModel::Compute cost = cost_.compute(instr, state_);
    if (instr.opcode == Opcode::busy && cost.cycles == 0) {
      return;
    }
    Step step{Step::Kind::compute};
    step.setup = static_cast<std::int32_t>(cost.setup);
    step.cycles = cost.cycles;
    step.amount = cost.macs;
    step.work = index_of(work_of(instr, state_));
    step.pc = state_.pc;
    put(out, step);
  }

  void transfer(std::vector<Step>& out, const Instr& instr) {
    const isa::TransferOperands operands = isa::transfer_operands(instr);
    const auto tensor = static_cast<std::size_t>(operands.tensor);
    Step step{Step::Kind::transfer};
    step.opcode = instr.opcode;
    step.engine = static_cast<std::int16_t>(operands.engine);
    step.event = static_cast<std::int16_t>(operands.event);
    step.out_color = static_cast<std::int16_t>(operands.out_color);
    step.in_color = static_cast<std::int16_t>(operands.in_color);
    step.pc = state_.pc;
    step.amount = state_.t[tensor].wire_words();
    if (operands.engine >= engines_ || operands.out_color >= colors_ ||
        operands.in_color >= colors_) {
      complete_ = false;
      return;
    }
    if (isa::is_edge(instr.opcode)) {
      edge_ = true;
      Step counted{Step::Kind::spend};
      counted.work = index_of(transfer_work(instr.opcode, state_.t[tensor]));
      put(out, counted);
      return;
    }
    if (operands.engine >= 0) {
      Step earlier{Step::Kind::wait};
      earlier.event = step.event;
      put(out, earlier);
    }
    spend(out, cost_.transfer_setup());
    if (step.amount == 0) {
      return;
    }
    step.work = index_of(transfer_work(instr.opcode, state_.t[tensor]));
    put(out, step);
    if (operands.engine >= 0) {
      spend(out, 1);
    }
  }

  void spend(std::vector<Step>&, std::int64_t cycles) { pending_cycles_ += cycles; }

  void flush(std::vector<Step>& out) {
    if (pending_cycles_ > 0 || pending_instructions_ > 0) {
      Step step{Step::Kind::spend};
      step.cycles = pending_cycles_;
      step.instructions = static_cast<std::int32_t>(pending_instructions_);
      step.graph_op = op_;
      out.push_back(step);
    }
    pending_cycles_ = pending_instructions_ = 0;
  }

  void put(std::vector<Step>& out, const Step& step) {
    flush(out);
    out.push_back(step);
    out.back().graph_op = op_;
  }

  // The same instruction mostly does the same again.
  std::int32_t index_of(const Work& work) {
    const auto here = static_cast<std::size_t>(state_.pc);
    std::int32_t& last = last_work_[here];
    if (last >= 0 && work_[static_cast<std::size_t>(last)] == work) {
      return last;
    }
    const auto [at, fresh] = known_work_.emplace(work, static_cast<std::int32_t>(work_.size()));
    if (fresh) {
      work_.push_back(work);
    }
    return last = at->second;
  }

  static void match_loops(std::vector<Step>& steps) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].kind == Step::Kind::loop) {
        open.push_back(i);
      } else if (steps[i].kind == Step::Kind::end && !open.empty()) {
        steps[i].match = static_cast<std::int32_t>(open.back());
        steps[open.back()].match = static_cast<std::int32_t>(i);
        open.pop_back();
      }
    }
  }

  const isa::Program& program_;
  const isa::Coordinates at_;
  const CostModel& cost_;
  const int engines_, colors_;
  isa::ProgramState state_;
  std::vector<Work> work_;
  std::vector<std::int32_t> last_work_;  ///< by instruction: index into work_, or -1
  std::map<Work, std::int32_t> known_work_;
  std::int16_t op_ = -1;
  std::int64_t pending_cycles_ = 0;
  std::int64_t pending_instructions_ = 0;
  std::int64_t executed_ = 0;
  bool complete_ = true;
  bool edge_ = false;
};

}  // namespace

Script write_script(const isa::Program& program, const isa::Coordinates& at, const CostModel& cost,
                    int engines, int colors) {
  return Writer(program, at, cost, engines, colors).write();
}

}  // namespace weft::sim
