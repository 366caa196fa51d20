// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rect.h"
#include "isa/regions.h"
#include "isa/route_tree.h"
#include "sim/core/audit.h"
#include "sim/core/cost.h"
#include "sim/core/tile_scripts.h"
#include "sim/fabric/shared_link.h"
#include "sim/scalar/state.h"
#include "sim/simulate.h"
#include "sim/timeline/tile_timeline.h"

namespace weft::sim::scalar {

/// Timestamped dataflow tile by tile, timing only: the same recursion as sim/dataflow on little
/// state. Programs are scripts, cycles 32 bits wide, a train a few runs; a send or receive whose
/// words pause at most once is worked out in one go when its other end is known. A transfer is
/// known as a whole or not at all, so trains of unequal length, and deadlocks, come to a stand and
/// are declined, as paced links are: the general engine runs those from the start. Results never
/// depend on the order of work. One advance reads, in order:
///   1. a core with something to do steps until it blocks, halts or reaches `until`;
///   2. transfers that were granted their units or may have learnt something are worked out;
///   3. until nobody is left; parked cores go on in the next advance.
class Engine {
 public:
  /// Null, with the reason, when the bundle cannot be run this way.
  static std::unique_ptr<Engine> create(const isa::Bundle& bundle, const arch::Machine& machine,
                                        std::string& why_not, ScriptMemo* memo = nullptr);

  /// From the beginning on.
  void keep_timeline(const TimelineLimits& limits);

  enum class Progress { running, finished, declined };
  Progress advance(std::int64_t until);

  std::int64_t reached() const;
  double fraction_done() const;
  const std::string& declined_because() const { return declined_; }
  /// Never set: what the verifier would have refused is declined.
  const std::string& fault() const { return fault_; }
  RunResult take_result();

 private:
  Engine(const isa::Bundle& bundle, const arch::Machine& machine);
  bool prepare(ScriptMemo* memo);
  bool write_programs(ScriptMemo* memo);
  void lay_out_tiles();
  void decline(std::string why);
  void run();
  Time lowest() const;
  bool all_done() const;
  bool rebase();

  // fabric.cpp
  bool lay_out_routes();
  void lay_out_tree(std::int32_t tree);
  void find_shared_links();
  void note_link_use(std::int32_t segment, Word word, Word past, Time last);
  std::int64_t meetings() const;
  void collect_op_bins(RunResult& result) const;
  std::int64_t undrained() const;
  std::int64_t busiest_link() const;

  // core.cpp
  void run_core(std::int32_t tile_index);
  void settle(Tile& tile, Time& now, const Operation& operation) const;
  void settle_pauses(Tile& tile, Time from, const Operation& operation) const;
  void close_op(const Tile& tile, std::int32_t graph_op, Time now);
  void settle_op(std::int32_t tile_index, std::int32_t next, Time now);

  // timeline.cpp
  void tell(std::int32_t tile, Bin bin, Time from, Time to);
  void tell_wait(const Operation& operation, Time now);
  void tell_sent(const Operation& operation);

  // operation.h
  void issue(Tile& tile, std::int32_t tile_index, const Code& code, Time now);
  void start_granted(std::int32_t id);
  void start(std::int32_t id, Operation& operation, const Tile& tile, const Code& code, Time begin);
  void complete(std::int32_t id, Operation& operation);
  void grant(std::int32_t id);
  void try_send(std::int32_t id, Operation& operation, std::int32_t out, Segment& segment);
  void try_receive(std::int32_t id, Operation& operation, Segment& segment);
  void wake_above(std::int32_t index, Segment& segment);
  void wake_below(std::int32_t index, Segment& segment);

  // move.cpp
  struct Out;
  Out out_of(const Operation& operation) const;
  Word places_limit(const Out& out) const;
  RunPool::Found bound(const Out& out, Word word) const;
  void start_at_many(std::int32_t id);
  void wake_junction_above(std::int32_t segment);
  void advance_operation(std::int32_t id);
  void publish(std::int32_t segment, const Out& out, Word shift, Time floor, Word limit);
  void work_out(std::int32_t id);
  void let_pass(const Out& out, Time offset, Word count);
  void add_pause(Operation& operation, const Pause& pause);
  void forget_pauses(Operation& operation);
  void advance_fork(std::int32_t junction);
  void queue_fork(std::int32_t junction);

  const Code& code_of(const Operation& operation) const { return codes_[operation.code]; }
  Tile& tile_at(std::int32_t tile) { return tiles_[static_cast<std::size_t>(tile)]; }
  Operation& operation_at(std::int32_t id) { return operations_[static_cast<std::size_t>(id)]; }
  Segment& segment_at(std::int32_t s) { return segments_[static_cast<std::size_t>(s)]; }
  const Segment& segment_at(std::int32_t s) const { return segments_[static_cast<std::size_t>(s)]; }
  Ends& ends_at(std::int32_t segment) { return ends_[static_cast<std::size_t>(segment)]; }
  Junction& junction_at(std::int32_t j) { return junctions_[static_cast<std::size_t>(j)]; }
  std::int32_t in_port(const Operation& operation, const Code& code) const {
    return ports_[static_cast<std::size_t>(tiles_[static_cast<std::size_t>(operation.tile)].ports +
                                           code.in_port)];
  }
  std::int32_t out_port(const Operation& operation, const Code& code) const {
    return ports_[static_cast<std::size_t>(tiles_[static_cast<std::size_t>(operation.tile)].ports +
                                           code.out_port)];
  }

  const isa::Bundle& bundle_;
  const arch::Machine machine_;
  const CostModel cost_;
  weft::Rect region_;
  const isa::FirstIndex first_index_;
  Programs programs_;
  const Code* codes_ = nullptr;           ///< of all programs
  std::vector<std::int32_t> program_of_;  ///< by tile, kNone: no role
  std::vector<Tile> tiles_;               ///< row-major over the region
  std::vector<std::int64_t> ended_;       ///< by tile: cycle its program ended
  std::vector<Operation> operations_;     ///< those of a tile together, as units and ports
  std::vector<Unit> units_;
  std::vector<std::int32_t> ports_;  ///< Segment in; Segment out, or ~junction - 1; kNone: no route
  isa::RouteTrees routes_;
  std::vector<Segment> segments_;  ///< those of a tree together, parents first
  std::vector<Ends> ends_;
  std::vector<std::int32_t> first_segment_;  ///< of each tree
  std::vector<Junction> junctions_;
  std::vector<std::int32_t> branches_;
  RunPool pool_;
  std::vector<std::vector<Pause>> pauses_;
  std::vector<std::int32_t> free_pauses_;
  std::vector<SharedLink> shared_links_;
  std::vector<std::int32_t> runnable_, next_, parked_;
  std::vector<std::int32_t> granted_;  ///< operations to start
  std::vector<std::int32_t> work_;     ///< operations, or ~junction
  OpEnds op_ends_;
  std::vector<Spent> op_spent_;   ///< by graph op, the last outside all
  std::vector<Settled> settled_;  ///< by tile
  std::optional<TileTimeline> timeline_;
  std::vector<std::int64_t> told_;  ///< by tile: up to here
  std::int64_t epoch_ = 0;          ///< cycle that times count from
  Time until_ = 0;
  Time latest_ = 0;  ///< end of the last operation
  std::int32_t running_ = 0;
  std::string declined_;
  const std::string fault_;
};

}  // namespace weft::sim::scalar
