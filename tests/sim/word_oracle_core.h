// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/program_state.h"
#include "word_oracle_fabric.h"

namespace weft::sim::oracle {

/// An instruction past its issue. COMPUTE is one too: a step is a cycle of work then, a word
/// otherwise.
struct Operation {
  int in = kNone;   ///< input queue it takes words from
  int out = kNone;  ///< tree it issues into
  bool routed = true;
  std::int64_t steps = 0;
  std::int64_t taken = 0;
  std::int64_t last = kNone;  ///< cycle of its latest step
  std::vector<int> units;     ///< what it claimed

  bool is_done(std::int64_t t) const { return taken == steps && last < t; }
};

/// One tile: an in-order core, and the units its operations hold in issue order from their first
/// step to their last (datapath, ramp-in, ramp-out, queue engines).
class Core {
 public:
  Core(const isa::Program* program, isa::Coordinates at, int tile, const arch::Machine& machine,
       Fabric& fabric);

  /// Executes what the core can in cycle t; true if that was anything.
  bool run(std::int64_t t);
  /// Lets units go whose holder is done.
  void release(std::int64_t t);
  /// Steps every operation that may step in cycle t and has not; input queues it took from are
  /// appended to `freed`.
  bool step_operations(std::int64_t t, std::vector<int>& freed);

  /// Sits out a known number of cycles: a set-up or a pace.
  bool is_timed(std::int64_t t) const;
  bool is_over(std::int64_t t) const;
  bool is_halted() const { return halted_; }
  std::int64_t program_end() const { return halted_ ? resume_ : kNone; }
  std::int64_t last_done() const { return last_done_; }

 private:
  enum Unit { datapath, ramp_in, ramp_out, first_engine };

  bool execute(std::int64_t t);
  bool execute_compute(const isa::Instr& instr, std::int64_t t);
  bool execute_transfer(const isa::Instr& instr, std::int64_t t);
  bool set_up(std::int64_t cycles, std::int64_t t);
  std::int64_t compute_cycles(const isa::Instr& instr) const;
  int add(Operation operation);
  bool may_step(const Operation& operation, std::int64_t t) const;
  bool is_done(int operation, std::int64_t t) const;

  const isa::Program* program_;
  isa::Coordinates at_;
  int tile_;
  const arch::Machine& machine_;
  Fabric& fabric_;
  isa::ProgramState state_;
  bool halted_;
  bool is_set_up_ = false;   ///< the instruction at pc has paid its set-up
  int awaited_ = kNone;      ///< operation the core stands still for
  std::int64_t resume_ = 0;  ///< the core does nothing before this cycle
  std::int64_t last_done_ = 0;
  std::array<int, isa::kEvents> events_;
  std::vector<Operation> operations_;
  std::vector<std::deque<int>> units_;
};

}  // namespace weft::sim::oracle
