// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "sim/core/cost.h"
#include "sim/core/crew.h"
#include "sim/core/tile_scripts.h"
#include "sim/fabric/shared_link.h"
#include "sim/simulate.h"
#include "sim/timeline/timeline_recorder.h"
#include "sim/vector/block.h"
#include "sim/vector/dependency_log.h"
#include "sim/vector/kernels.h"
#include "sim/vector/link_turns.h"
#include "sim/vector/paced_block.h"
#include "sim/vector/repeat.h"
#include "sim/vector/state.h"

namespace weft::sim::vector {

/// Timestamped dataflow over vectors of tiles, timing only. Tiles that take the same steps form a
/// group and move in lockstep; what they do alike costs nothing per tile, a transfer a few passes
/// over planes of 32-bit cycles. The trains of a transfer are worked out at once, over all trees
/// of one shape, when every operation that takes part has started (evaluate.cpp has the formulas).
///
/// On links slower than a word a cycle they are worked out word by word, many trees at once
/// (paced.cpp).
///
/// Exact, or it declines: what its formulas do not cover (operations of unequal length on one
/// train, a sender that must end before its receiver is known) ends in Progress::declined, and the
/// scalar engine runs the bundle instead. Owns all state of a run.
class Engine {
 public:
  /// How much is kept of who was on a shared link when. In turn: the last one only, which is
  /// enough while colors come there one after the other.
  enum class Links : std::uint8_t { in_turn, in_any_order };

  /// Null when the bundle cannot be run this way.
  /// `repeat`: iterations that recur are added, not run. `threads`: at most, for large planes;
  /// 0: as many as the host has. `timeline` is told what tiles spend as time goes by; it must
  /// outlive the run.
  static std::unique_ptr<Engine> create(const isa::Bundle& bundle, const arch::Machine& machine,
                                        bool repeat = true, Grouping grouping = Grouping::coarse,
                                        int threads = 1, ScriptMemo* memo = nullptr,
                                        Links links = Links::in_turn,
                                        TimelineRecorder* timeline = nullptr);

  enum class Progress { running, finished, declined };
  /// Runs every group until its slowest tile reached cycle `until`.
  Progress advance(std::int64_t until);

  std::int64_t reached() const;
  double fraction_done() const;
  const std::string& declined_because() const { return declined_; }
  /// Set with declined: finer groups may do.
  bool waits_for_itself() const { return waits_for_itself_; }
  /// Set with declined: Links::in_any_order will do.
  bool out_of_turn() const { return out_of_turn_; }
  /// Never set: what the verifier would have refused is declined.
  const std::string& fault() const { return fault_; }
  RunResult take_result();

  /// Keeps what the critical path is found from, up to so many bytes. Before the first advance.
  void keep_dependencies(std::int64_t most_bytes);

  /// After take_result, with which the engine is done. Null when they took too much memory.
  std::unique_ptr<Dependencies> take_dependencies();

 private:
  using Slot = std::pair<std::int32_t, std::int16_t>;  ///< group, slot

  Engine(const isa::Bundle& bundle, const arch::Machine& machine, bool repeat, int threads,
         Links links, TimelineRecorder* timeline);
  bool prepare(Grouping grouping, ScriptMemo* memo);

  // engine.cpp
  void run_group(std::int32_t g, std::int64_t until);
  void queue(std::int32_t g);
  void decline(std::string why);
  bool take_step(std::int32_t g);
  bool compute(std::int32_t g, const Step& step);
  bool transfer(std::int32_t g, const Step& step);
  void retire(std::int32_t g, const OperationPtr& operation);
  void close_op(std::int32_t g, std::int32_t graph_op);
  std::int32_t first_index_of(std::int32_t g) const;

  // repeat.cpp, record.cpp
  bool hold(std::int32_t g);
  void release_held();
  void at_boundary();
  static GroupState::Loop& innermost(GroupState& state);
  static const GroupState::Loop& innermost(const GroupState& state);
  std::unique_ptr<Snapshot> take_snapshot(std::int64_t low) const;
  bool shifted(const Group& group, const Times& before, const Times& now, std::int64_t by) const;
  bool alike(const Group& group, const std::shared_ptr<PlanePool::Plane>& a,
             const std::shared_ptr<PlanePool::Plane>& b) const;
  std::int64_t recurs_after(const Snapshot& before) const;
  void repeat(const Boundary& boundary, std::int64_t iterations, std::int64_t period);
  void leave_behind(const Snapshot& before, std::int64_t period, std::int64_t cycles);
  void repeat_op_ends(const Boundary& boundary, std::int64_t iterations, std::int64_t period);
  void repeat_link_uses(const Boundary& boundary, std::int64_t iterations, std::int64_t period);
  void note_op_end(const OpEnd& end);
  void note_link_use(const LinkUse& use);
  void fall_behind(GroupState& state, std::int64_t cycles);
  void rebase();
  std::int64_t link_meetings() const;

  // report.cpp
  void collect_tiles(RunResult& result) const;

  // attribution.cpp
  DependencyLog::Entry entry_of(std::int32_t g, Dependencies::CoreEvent::Kind kind) const;
  void log_issue(std::int32_t g, const OperationPtr& operation);
  void log_resume(std::int32_t g, const Operation& operation, const Times& before);
  void log_note(std::int32_t g, Dependencies::CoreEvent::Kind kind, std::int64_t cycles = 0,
                std::int64_t period = 0);
  GroupState::Spent spent_by(std::int32_t g) const;
  void settle_op(std::int32_t g);
  void settle_held();
  void collect_op_bins(RunResult& result);

  // timeline.cpp
  class Footprints;
  void prepare_marks();
  bool long_enough(std::int64_t cycles) const;
  void mark_time(std::int32_t g);
  void look_at(std::int32_t g);
  void look_before_repeat();
  void look_after_repeat();

  // operations.cpp
  void claim(std::int32_t g, const OperationPtr& operation);
  void grant(const OperationPtr& operation);
  const OperationPtr* granted(const Awaited& end) const;
  bool try_net(const OperationPtr& operation);
  void finish(const OperationPtr& operation);
  void wait_until_end(std::int32_t g, const Operation& operation);
  bool wait_in_stalls(std::int32_t g, const Operation& operation);
  Times later_of(const Group& group, const Times& a, const Times& b);

  // evaluate.cpp
  const Net* net_of(const std::vector<OperationPtr>& operations);
  bool evaluate(const Net& net, const std::vector<OperationPtr>& operations);
  bool evaluate_pairs(const Net& net, const std::vector<OperationPtr>& operations);
  bool tails_matter(const Net& net, const std::vector<OperationPtr>& operations) const;
  bool hold_for_tail(const Net& net, const NetNode& node, const NetNode& parent,
                     std::span<const std::int32_t> tail, std::span<std::int32_t> hold);
  View view(const Net& net, const NetNode& node, const RootRun& part,
            PlanePool::Plane& plane) const;
  View fork_view(const NetNode& node, const RootRun& part);
  bool fill(const Net& net, const TreeSet& set, const RootRun& part,
            const std::vector<OperationPtr>& operations, bool tails, Block& block);
  bool put(const Net& net, const TreeSet& set, const RootRun& part,
           const std::vector<OperationPtr>& operations, bool late, Block& block);

  // paced.cpp
  bool evaluate_paced(const Net& net, const std::vector<OperationPtr>& operations);
  bool evaluate_paced_set(const Net& net, const TreeSet& set,
                          const std::vector<OperationPtr>& operations, bool tails);
  bool too_long_for_pace(std::int64_t words) const;
  bool pace_matters(const Operation& operation) const;
  void fill_starts(const Net& net, const TreeSet& set, const RootRun& part,
                   const std::vector<OperationPtr>& operations, bool tails, PacedBlock& block);
  bool fill_tail(const Net& net, const TreeSet& set, std::size_t v, const RootRun& part,
                 const std::vector<OperationPtr>& operations, PacedBlock& block);
  void put_paced(const Net& net, const TreeSet& set, const RootRun& part,
                 const std::vector<OperationPtr>& operations, PacedBlock& block);
  void keep_tails(const std::vector<OperationPtr>& operations);
  bool wait_in_gaps(std::int32_t g, const Operation& operation);

  // links.cpp
  template <class OnSink, class OnLink>
  void each_route(OnSink&& on_sink, OnLink&& on_link) const;
  void find_routes();
  void connect(Slot from, int color, int x, int y);
  void use_shared_links(const Net& net, const std::vector<OperationPtr>& operations);
  void last_entries(const Net& net, const TreeSet& set, const SharedHop& hop, const RootRun& run,
                    const std::vector<OperationPtr>& operations);
  void use_shared_link(const Net& net, const TreeSet& set, const SharedHop& hop, const RootRun& run,
                       const std::vector<OperationPtr>& operations);
  std::vector<std::int64_t> link_words() const;

  const isa::Bundle& bundle_;
  const arch::Machine machine_;
  const CostModel cost_;
  Pace pace_;
  const isa::RouteMap routes_;
  weft::Rect region_;
  Groups groups_;
  std::unique_ptr<DependencyLog> log_;  ///< null: nobody asked
  std::vector<TimeMark> marks_;         ///< by group, where there is a timeline
  std::vector<TileMark> tile_marks_;
  std::vector<GroupState> states_;
  /// Those that are furthest behind go first, so that colors come to links mostly in turn: a heap
  /// of cycle and group.
  std::vector<std::pair<std::int64_t, std::int32_t>> runnable_;
  std::vector<std::int32_t> parked_;
  std::vector<std::vector<std::vector<Slot>>> listeners_;  ///< by group and out slot
  std::vector<std::vector<std::vector<Slot>>> talkers_;    ///< by group and in slot
  Slot last_from_{-1, -1}, last_to_{-1, -1};               ///< connected last
  std::map<std::vector<Port>, Net> nets_;
  const Kernels& kernels_ = kernels();
  PlanePool pool_;
  std::vector<std::vector<std::int32_t>> fork_tails_;  ///< by color, over the region
  std::vector<Tail> fork_state_;                       ///< by color, the worst over its routers
  std::vector<std::vector<std::vector<std::int64_t>>> op_ends_;
  const Links links_;
  TimelineRecorder* const timeline_;        ///< null: nobody asked
  std::vector<std::int32_t> left_, other_;  ///< of last_entries, fill_tail
  PacedBlock paced_block_;
  SharedLinks shared_;
  LinkTurns turns_;                                           ///< with Links::in_turn
  std::unordered_map<std::size_t, SharedLink> shared_links_;  ///< with Links::in_any_order
  const bool options_repeat_;
  Crew crew_;
  std::int64_t epoch_ = 0;  ///< cycle that times of groups under way count from
  std::vector<std::int32_t> held_;
  Boundaries boundaries_;
  std::vector<Boundary*> recording_;
  std::vector<RunResult::Repeat> repeats_;
  std::int32_t halted_ = 0;
  std::string declined_;
  bool waits_for_itself_ = false;
  bool out_of_turn_ = false;
  const std::string fault_;
};

}  // namespace weft::sim::vector
