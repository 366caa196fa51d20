// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isa/verify/findings.h"
#include "isa/verify/skeleton_state.h"
#include "isa/verify/static_rules.h"
#include "isa/verify/trains.h"

namespace weft::isa {

/// Runs every program of a bundle without time and without values: scalars, loops and descriptors
/// are real, transfers move counts of words as far as arrival, places and claims let them. All of
/// that only grows and never depends on who is visited first, so what is stuck at the end is stuck
/// in every engine. Every executed instruction is checked on the way.
class Skeleton {
 public:
  static constexpr std::int32_t kMostIterations = 1 << 24;
  static constexpr std::int64_t kStepsBetweenAsking = 1 << 14;

  /// `resolved` has passed the static rules. `stop` is asked every kStepsBetweenAsking steps; once
  /// it says true the run ends and what it found means nothing.
  Skeleton(const Bundle& bundle, const arch::Machine& machine, const ResolvedBundle& resolved,
           Findings& findings, int most_executed_log2, const std::function<bool()>& stop);
  void run();

 private:
  /// What can be wrong with an executed instruction; said once per instruction of a role.
  enum class Rule : std::uint8_t {
    budget,
    loop_count,
    divisor,
    negative_dims,
    too_many,
    outside,
    unaligned,
    undefined,
    shape,
    fence,
    event,
    unrouted,
    unknown_event,
    probe,
    unwritten,
  };

  // skeleton.cpp
  void add_cores();
  void add_nodes();
  std::vector<WrittenBytes> written_by_loads() const;
  void run_core(std::int32_t tile);
  bool resume(Core& core);
  bool step(std::int32_t tile, Core& core);
  bool asked_to_stop();
  void queue_core(std::int32_t tile);
  void halt(Core& core);

  // skeleton_checks.cpp: false where the program cannot go on
  void say(const Core& core, Rule rule, const std::string& what);
  bool fresh(const Core& core, Rule rule) const;
  void stop(Core& core);
  bool check_loop(Core& core);
  void check_divisor(const Core& core);
  void check_dims(const Core& core);
  void check_written(const Core& core, Step& step);
  bool check_operands(Core& core, const Step& step);
  void check_shapes(const Core& core, const Step& step);
  void check_probe(const Core& core);
  void check_fences(const Core& core, const Step& step);

  // skeleton_data.cpp
  void check_reads(Core& core, const Step& step);
  void say_unwritten(const Core& core, int t, const ByteRange& bytes);
  std::optional<ByteRange> missing_of_used(Core& core, Descriptor d) const;
  bool is_being_written(const Core& core, const Descriptor& d) const;

  // skeleton_transfer.cpp
  bool issue(std::int32_t tile, Core& core, const Step& step);
  bool wait_event(Core& core);
  std::int32_t new_transfer();
  std::int32_t& last_claim(std::int32_t tile, Unit unit, std::int32_t engine);
  void claim(std::int32_t id, Unit unit);
  void start(std::int32_t id);
  void move(std::int32_t id);
  void move_fork(std::int32_t node);
  void complete(std::int32_t id);
  void wake(std::int32_t node);
  void queue_transfer(std::int32_t id);
  std::int64_t arrived(std::int32_t node) const;
  std::int64_t room(std::int32_t node) const;

  // skeleton_waits.cpp: what is left when nothing moves
  struct Blame {
    std::int32_t next = kNobody;  ///< a transfer, or cores_after_ + tile of a core
    std::string why;              ///< empty: a core behind its own instruction
  };
  void report_trains();
  void report_waits();
  Blame blame(std::int32_t waiter, const std::vector<std::int32_t>& holder) const;
  Blame blame_words(std::int32_t node) const;
  Blame blame_places(std::int32_t node) const;
  std::int32_t user_of(std::int32_t node) const;
  std::string describe_cycle(const std::vector<std::int32_t>& cycle,
                             const std::vector<std::int32_t>& holder) const;
  std::string tile_text(std::int32_t tile) const;
  std::string node_tile_text(std::int32_t node) const;
  std::string place_text(std::int32_t tile, std::int32_t pc) const;
  std::string instruction_text(std::int32_t tile, std::int32_t pc) const;

  const Instr& instr_of(const Core& core) const {
    return resolved_.programs[static_cast<std::size_t>(core.role)]
        .code[static_cast<std::size_t>(core.state.pc)];
  }
  bool ended(std::int32_t tile) const {
    return tile == kNobody || cores_[static_cast<std::size_t>(tile)].wait == Core::Wait::halted;
  }

  const Bundle& bundle_;
  const ResolvedBundle& resolved_;
  Findings& findings_;
  int most_executed_log2_;
  const std::function<bool()>& stop_;
  std::int64_t steps_taken_ = 0;
  bool asked_ = false;
  std::size_t colors_, engines_;
  std::vector<std::vector<Step>> steps_;       ///< by role, then instruction
  std::vector<Core> cores_;                    ///< row-major over the region
  std::vector<std::int32_t> sources_, sinks_;  ///< node by tile * colors + color
  std::vector<std::int32_t> engine_claims_;    ///< by tile * engines + engine
  std::vector<SkeletonNode> nodes_;
  std::vector<std::int32_t> children_;
  std::vector<std::int32_t> source_of_tree_, color_of_tree_, node_of_sink_;
  std::vector<std::uint32_t> grid_tile_;  ///< of each node: y * grid width + x
  std::uint32_t grid_width_ = 1;
  TrainPairs trains_;
  std::vector<Transfer> transfers_;
  std::vector<std::int32_t> free_transfers_;
  std::vector<std::int32_t> core_queue_;
  std::vector<std::int32_t> work_;  ///< transfer, or ~node of a fork
  bool stopped_ = false;            ///< some program could not go on: what waits says nothing
  bool exhausted_ = false;          ///< … and ran without end: the others may, too
};

/// How the skeleton treats each instruction of a program.
std::vector<Step> plan_steps(const Program& program);

}  // namespace weft::isa
