// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rect.h"
#include "base/result.h"
#include "isa/regions.h"
#include "sim/core/cost.h"
#include "sim/edge/edge_port.h"
#include "sim/memory/probe_sink.h"
#include "sim/memory/sram.h"
#include "sim/simulate.h"
#include "sim/timeline/tile_timeline.h"
#include "sim/word/agenda.h"
#include "sim/word/fabric.h"
#include "sim/word/state.h"

namespace weft::sim::word {

/// The truth other engines are judged by: cycle by cycle and word by word through finite places, as
/// docs/timing_model.md says. Owns all state of a run. One cycle reads, in order:
///   1. transfers whose last word moved in the cycle before let go of their units;
///   2. cores that are due or were waiting for them execute;
///   3. words move, downstream first, until nothing more can in this cycle.
/// Cycles in which nothing is due and no word can move are skipped. A core runs ahead on its own
/// clock through instructions nobody else can see (scalars, compute on a free datapath) and joins
/// the others again at the next transfer or wait.
class Engine : private Ends {
 public:
  /// Errors: input (a program that cannot be decoded, a weight that is missing).
  static Result<std::unique_ptr<Engine>> create(const isa::Bundle& bundle,
                                                const arch::Machine& machine,
                                                const TensorSource& tensors,
                                                const Options& options);

  enum class Progress { running, waiting, finished, deadlock };
  /// Plays every cycle before `until`, and none after one in which edge memory was asked until that
  /// request is taken.
  Progress advance(std::int64_t until);

  /// Cycle the run has reached.
  std::int64_t reached() const { return now_; }
  /// How far the slowest core is in the outermost loop of its program, 0 to 1.
  double fraction_done() const;
  /// Set when a program did what the verifier would have refused.
  const std::string& fault() const { return fault_; }
  /// Moves of a word from place to place so far, a fork counted once.
  std::int64_t word_hops() const { return fabric_.hops(); }
  /// Words that cores have consumed so far.
  std::int64_t words_consumed() const;
  /// Sweeps over planes of bits so far, each moving all words of one color.
  std::int64_t sweeps() const { return fabric_.sweeps(); }

  EdgePort& edge() { return edge_; }
  RunResult take_result();

 private:
  Engine(const isa::Bundle& bundle, const arch::Machine& machine, const Options& options);
  Status elaborate(const TensorSource& tensors);
  void connect();
  bool is_over() const { return running_cores_ == 0 && live_operations_ == 0; }
  std::int64_t next_cycle() const;
  void play(std::int64_t cycle);

  Core& core(std::int32_t index) { return cores_[static_cast<std::size_t>(index)]; }
  const Core& core(std::int32_t index) const { return cores_[static_cast<std::size_t>(index)]; }
  Operation& operation(std::int32_t id) { return operations_[static_cast<std::size_t>(id)]; }
  const Operation& operation(std::int32_t id) const {
    return operations_[static_cast<std::size_t>(id)];
  }
  std::span<std::byte> memory(std::int32_t index) {
    return sram_.of(static_cast<std::size_t>(index));
  }

  // core.cpp
  enum class Step { next, later, stop };
  void run_core(std::int32_t index);
  Step execute(std::int32_t index);
  Step execute_compute(std::int32_t index, const isa::Instr& instr);
  Step execute_transfer(std::int32_t index, const isa::Instr& instr);
  Step execute_wait(std::int32_t index, const isa::Instr& instr);
  Step execute_wait_on(Core& core, int event);
  bool show_probe(std::int32_t index, const isa::Instr& instr);
  bool check_operands(std::int32_t index, const isa::Instr& instr);
  Step wait_for(Core& core, std::int32_t id, Core::State state);
  void end_wait(std::int32_t index, std::int64_t end);
  void spend(Core& core, Bin bin, std::int64_t cycles);
  void close_graph_op(Core& core);

  // operation.cpp
  std::int32_t issue(std::int32_t index, const isa::Instr& instr, std::int64_t words);
  void claim(Core& core, std::uint8_t unit, std::int32_t id);
  void start(std::int32_t id);
  void let_go(std::int32_t id);
  void pass_on(std::int32_t id, std::size_t claim);
  void try_to_move(std::int32_t id);
  bool pace_allows(std::int32_t id);
  void move_word(std::int32_t id);
  void account(Operation& of, Bin bin, std::int64_t from, std::int64_t to);
  void tell_wait(std::int32_t index, std::int32_t id);
  Bin cause_of_gap(const Operation& operation) const;
  void room_at(std::int32_t tree) override;
  void word_at(std::int32_t sink) override;

  // edge.cpp
  void give_channels();
  void ask_edge(std::int32_t id);
  void take_answers();

  // values.cpp
  void put_on_wire(const Operation& operation, std::span<std::uint32_t> words);
  void send_values(const Operation& operation);
  void finish_values(const Operation& operation);
  std::span<const std::uint32_t> take_words(const Operation& operation);

  // report.cpp
  std::string where(const Core& core, std::int32_t pc) const;
  void audit_run(RunResult& result) const;
  std::int64_t busiest_link() const;

  // deadlock.cpp
  struct Blame {
    std::int32_t core = kNone;
    std::int32_t operation = kNone;  ///< kNone: the core itself
    auto operator<=>(const Blame&) const = default;
  };
  void explain_deadlock(RunResult& result) const;
  Blame blame_of(const Blame& blocked, std::string& why) const;
  Blame blame_claim(std::int32_t id, std::string& why) const;
  Blame blame_source(std::int32_t cell, std::string& why) const;
  Blame blame_places(std::int32_t cell, std::string& why) const;
  std::int32_t core_at(TileId tile) const;

  const isa::Bundle& bundle_;
  const arch::Machine machine_;
  const Options options_;
  const CostModel cost_;
  weft::Rect region_;
  const isa::FirstIndex first_index_;
  std::vector<isa::Program> programs_;
  isa::RouteTrees routes_;
  std::vector<Core> cores_;  ///< row-major over the region
  Fabric fabric_;
  std::vector<std::int32_t> source_operation_;  ///< by tree: the started one
  std::vector<std::int32_t> sink_operation_;    ///< by sink
  std::vector<std::int64_t> claimed_out_;       ///< by tree: words of all operations issued
  std::vector<std::int64_t> claimed_in_;        ///< by sink
  std::vector<std::int64_t>
      pace_;                 ///< by tree: s(w-1), or s(w) once word w is ready, in 1/num cycles
  std::vector<Wire> wires_;  ///< by tree
  std::vector<Operation> operations_;
  std::vector<std::int32_t> free_operations_;
  std::optional<TileTimeline> timeline_;
  std::vector<Past> pasts_;  ///< by operation, for the timeline
  Agenda agenda_;            ///< cores by number, paced operations and answered ones by ~id
  EdgePort edge_;
  std::vector<std::int32_t> due_, ready_cores_;
  std::vector<std::int32_t> trying_, trying_next_;  ///< operations that may move of themselves
  std::vector<std::int32_t> finished_;              ///< operations whose last word just moved
  Sram sram_;
  ProbeSink probes_;
  std::vector<BinCycles> op_bins_;  ///< by graph op, the last outside all
  std::vector<std::vector<std::vector<std::int64_t>>> op_ends_;  ///< by graph op, outer, inner loop
  bool paced_ = false;  ///< links take less than a word a cycle
  std::int64_t now_ = -1;
  std::int64_t until_ = 0;
  std::int64_t running_cores_ = 0, live_operations_ = 0;
  std::int64_t instructions_ = 0;
  std::string fault_;
};

}  // namespace weft::sim::word
