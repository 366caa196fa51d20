// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rect.h"
#include "base/result.h"
#include "isa/regions.h"
#include "sim/activity.h"
#include "sim/core/cost.h"
#include "sim/dataflow/state.h"
#include "sim/edge/edge_port.h"
#include "sim/fabric/shared_link.h"
#include "sim/memory/probe_sink.h"
#include "sim/memory/sram.h"
#include "sim/simulate.h"
#include "sim/timeline/tile_timeline.h"

namespace weft::sim::dataflow {

/// Timestamped dataflow over a whole region: no event queue. Each core keeps its own clock and runs
/// until it needs a cycle nobody knows yet; each transfer learns the cycles of its words from its
/// parent (arrival) and its children (places), word for word as docs/timing_model.md says. What is
/// known only grows and never depends on who is visited first, so the order of work changes
/// nothing. Owns all state of a run. One advance reads, in order:
///   1. cores with something to do step until they block, halt or reach `until`;
///   2. transfers and forks that may have learnt something move words;
///   3. until neither is left; parked cores go on in the next advance.
/// What is not known then lies after `until` or after an answer of edge memory: so the requests it
/// has asked for by then are all there are before the earlier of the two.
class Engine {
 public:
  /// `activity`, when given, is told what every tile does. Errors: input (a program that cannot be
  /// decoded, a weight that is missing).
  static Result<std::unique_ptr<Engine>> create(const isa::Bundle& bundle,
                                                const arch::Machine& machine,
                                                const TensorSource& tensors, const Options& options,
                                                ActivitySink* activity = nullptr);

  enum class Progress { running, waiting, finished, deadlock };
  /// Runs every core up to cycle `until` (a core stops at the first instruction at or past it).
  Progress advance(std::int64_t until);

  /// Smallest clock among cores that run.
  std::int64_t reached() const;
  /// How far the slowest core is in the outermost loop of its program, 0 to 1.
  double fraction_done() const;
  /// Set when a program did what the verifier would have refused.
  const std::string& fault() const { return fault_; }

  EdgePort& edge() { return edge_; }
  RunResult take_result();

 private:
  Engine(const isa::Bundle& bundle, const arch::Machine& machine, const Options& options,
         ActivitySink* activity);
  void elaborate_fabric();
  Status elaborate_tiles(const TensorSource& tensors);
  bool all_done() const;

  // core.cpp
  void run_core(std::int32_t tile_index, std::int64_t until);
  bool resume(Tile& tile);
  bool execute(std::int32_t tile_index);
  bool execute_compute(std::int32_t tile_index, const isa::Instr& instr);
  bool execute_transfer(std::int32_t tile_index, const isa::Instr& instr);
  bool check_operands(std::int32_t tile_index, const isa::Instr& instr);
  bool execute_wait(Tile& tile, const isa::Instr& instr);
  void spend(Tile& tile, Bin bin, std::int64_t cycles);
  void account_wait(Tile& tile, const Operation& operation);
  void close_graph_op(Tile& tile);

  // transfer.cpp
  std::int32_t new_operation();
  void release_operation(std::int32_t id);
  std::int32_t issue(std::int32_t tile_index, const isa::Instr& instr, std::int64_t words);
  void claim(Tile& tile, Unit unit, std::int32_t id);
  Claim& claim_of(Tile& tile, Unit unit, int engine);
  void start(std::int32_t id);
  void complete(std::int32_t id);
  void let_go(std::int32_t id, Unit unit, std::int64_t cycle);
  void queue_core(std::int32_t tile);
  void queue_operation(std::int32_t id);

  // edge.cpp
  void give_channels();
  void ask_edge(std::int32_t id);
  void take_answers();

  // move.cpp
  void advance_operation(std::int32_t id);
  void advance_fork(std::int32_t node);
  void move_words(Operation& operation, std::int64_t limit);
  void wake(std::int32_t node);
  void wake_children(std::int32_t node);

  struct Move {
    std::int64_t cycle = 0;
    std::int64_t count = 0;
    Bin cause = Bin::moving;
  };
  Move next_move(std::int32_t in_node, std::int64_t in_word, std::int32_t out_node,
                 std::int64_t out_word, std::int64_t earliest, std::int64_t limit) const;
  void bound_by_arrival(std::int32_t node, std::int64_t word, Move& move) const;
  void bound_by_places(std::int32_t node, std::int64_t word, Move& move) const;
  void bound_by_hold(std::int32_t node, std::int64_t word, Move& move) const;
  const Timeline& credit(const Node& child) const { return paced_ ? child.passed : child.held; }
  bool publish(std::int32_t node, std::int32_t out_node, std::int64_t shift, std::int64_t start,
               std::int64_t limit);
  void publish_operation(const Operation& operation);
  std::int64_t arrival_limit(std::int32_t node) const;
  std::int64_t places_limit(std::int32_t node) const;
  void pass(std::int32_t node, std::int64_t cycle, std::int64_t count);
  void pace(Wire& wire, Move& move);

  // wire.cpp
  void put_on_wire(const Operation& operation, std::span<std::uint32_t> words);
  void send_words(const Operation& operation);
  void forward_words(Operation& operation);
  void receive_words(const Operation& operation);
  std::span<const std::uint32_t> take_words(std::int32_t sink, std::int64_t first,
                                            std::int64_t count);

  // activity.cpp
  void tell_spent(const Tile& tile, Bin bin, std::int64_t cycles) const;
  void tell_completed(const Operation& operation) const;

  // report.cpp
  std::string where(const Tile& tile, std::int32_t pc) const;
  void audit_run(RunResult& result) const;
  void audit_links(RunResult& result) const;

  // links.cpp
  void find_shared_links();
  void note_link_use(std::int32_t node, std::int64_t cycle, std::int64_t count);

  // deadlock.cpp
  struct Blame {
    std::int32_t tile = kNone;
    std::int32_t operation = kNone;  ///< kNone: the core itself
    auto operator<=>(const Blame&) const = default;
  };
  void explain_deadlock(RunResult& result) const;
  Blame blame_of(const Blame& blocked, std::string& why) const;
  Blame blame_words(std::int32_t node, std::string& why) const;
  Blame blame_places(std::int32_t node, std::string& why) const;

  const isa::Bundle& bundle_;
  const arch::Machine machine_;
  const Options options_;
  ActivitySink* const activity_;  ///< null: nobody wants to know
  const CostModel cost_;
  weft::Rect region_;
  const isa::FirstIndex first_index_;
  std::vector<isa::Program> programs_;
  isa::RouteTrees routes_;
  std::optional<TileTimeline> timeline_;
  std::vector<Tile> tiles_;  ///< row-major over the region
  std::vector<Node> nodes_;
  std::vector<std::int32_t> children_;
  std::vector<Wire> wires_;               ///< by tree
  std::vector<std::int32_t> first_node_;  ///< of each tree
  std::deque<Operation> operations_;
  std::vector<std::int32_t> free_operations_;
  std::vector<std::int32_t> core_queue_, parked_;
  std::int64_t parked_until_ = 0;
  EdgePort edge_;
  std::vector<std::int64_t> work_;  ///< operation id, or ~node of a fork
  Sram sram_;
  ProbeSink probes_;
  std::vector<std::vector<std::vector<std::int64_t>>> op_ends_;  ///< by graph op, outer, inner loop
  std::vector<BinCycles> op_bins_;  ///< by graph op, the last outside all
  std::vector<SharedLink> shared_links_;
  bool paced_ = false;  ///< links take less than a word a cycle
  std::int32_t halted_ = 0;
  std::int64_t instructions_ = 0;
  std::string fault_;
};

}  // namespace weft::sim::dataflow
