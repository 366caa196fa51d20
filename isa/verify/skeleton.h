// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isa/verify/program_run.h"
#include "isa/verify/trains.h"

namespace weft::isa {

/// Runs every program of a bundle without time and without values: scalars, loops and descriptors
/// are real, transfers move counts of words as far as arrival, places and claims let them. All of
/// that only grows and never depends on who is visited first, so what is stuck at the end is stuck
/// in every engine. Every executed instruction is checked on the way.
class Skeleton final : private ProgramRun {
 public:
  static constexpr std::int64_t kStepsBetweenAsking = 1 << 14;

  /// `resolved` has passed the static rules. `stop` is asked every kStepsBetweenAsking steps; once
  /// it says true the run ends and what it found means nothing.
  Skeleton(const Bundle& bundle, const arch::Machine& machine, const ResolvedBundle& resolved,
           Findings& findings, int most_executed_log2, const std::function<bool()>& stop);
  void run();

 private:
  // skeleton.cpp
  void add_cores();
  void add_nodes();
  void run_core(std::int32_t tile);
  bool asked_to_stop();
  void queue_core(std::int32_t tile);

  // skeleton_transfer.cpp
  bool connect(Core& core, const Step& step, Transfer& transfer) override;
  void claim_units(std::int32_t id, DType dtype) override;
  void begin(std::int32_t id) override;
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
  void report_edge();
  void report_waits();
  Blame blame(std::int32_t waiter, const std::vector<std::int32_t>& holder) const;
  Blame blame_words(std::int32_t node) const;
  Blame blame_places(std::int32_t node) const;
  std::int32_t user_of(std::int32_t node) const;
  std::string describe_cycle(const std::vector<std::int32_t>& cycle,
                             const std::vector<std::int32_t>& holder) const;
  std::string node_tile_text(std::int32_t node) const;

  bool ended(std::int32_t tile) const {
    return tile == kNobody || cores_[static_cast<std::size_t>(tile)].wait == Core::Wait::halted;
  }

  const std::function<bool()>& stop_;
  std::int64_t steps_taken_ = 0;
  bool asked_ = false;
  std::size_t colors_, engines_;
  std::vector<std::int32_t> sources_, sinks_;  ///< node by tile * colors + color
  std::vector<std::int32_t> engine_claims_;    ///< by tile * engines + engine
  std::vector<SkeletonNode> nodes_;
  std::vector<std::int32_t> children_;
  std::vector<std::int32_t> source_of_tree_, color_of_tree_, node_of_sink_;
  std::vector<std::uint32_t> grid_tile_;  ///< of each node: y * grid width + x
  std::uint32_t grid_width_ = 1;
  TrainPairs trains_;
  std::vector<std::int32_t> core_queue_;
  std::vector<std::int32_t> work_;  ///< transfer, or ~node of a fork
};

}  // namespace weft::isa
