// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "isa/regions.h"
#include "isa/route_tree.h"
#include "sim/core/audit.h"
#include "sim/core/cost.h"
#include "sim/timeline/tile_timeline.h"
#include "sim/trains/state.h"
#include "sim/trains/wheel.h"

namespace weft::sim::trains {

/// Timing where colors share links: a train is a flow of words at one rate at each point it passes,
/// and everything happens in order of time on a wheel. A shared link divides its word a cycle
/// fairly among the colors that have words for it, as round robin does in the long run; words wait
/// in places of their own color only, so no train holds a link. Rates change when a transfer starts
/// or ends, when words first or last arrive somewhere, when places fill up or empty; what follows
/// from a change reaches senders at once (places) and receivers after the latency of the way
/// (words). Not exact where trains met; a train at a word a cycle is. Owns all state of a run;
/// knows no values. One cycle with events reads, in order:
///   1. predictions that came true, words that arrive, cores that are due;
///   2. cores run until they wait, and flows whose surroundings changed find their rate, until
///      neither is left;
///   3. children are told of new rates, and each flow looked at predicts when its next change is.
class Engine {
 public:
  /// Null when programs cannot be written out as scripts. Errors: input (a program that cannot be
  /// decoded).
  static Result<std::unique_ptr<Engine>> create(const isa::Bundle& bundle,
                                                const arch::Machine& machine);

  /// From the beginning on. What a core waited for is told when that is over, a cause at a time.
  void keep_timeline(const TimelineLimits& limits) {
    timeline_.emplace(machine_, region_, routes_, limits);
  }

  enum class Progress { running, finished, deadlock };
  /// Plays every event before cycle `until`.
  Progress advance(std::int64_t until);

  /// Cycle of the latest event.
  std::int64_t reached() const { return now_; }
  /// How far the slowest core is in the outermost loop of its program, 0 to 1.
  double fraction_done() const;
  /// Never set: a program the verifier would refuse ends in a deadlock.
  const std::string& fault() const { return fault_; }
  /// Words that cores had consumed by the begin of a cycle that is not before reached().
  double consumed(std::int64_t cycle) const;
  /// Events played so far.
  std::int64_t events() const { return events_; }

  /// Cycles, bins, words, ends of ops; no tensors.
  RunResult take_result();

 private:
  Engine(const isa::Bundle& bundle, const arch::Machine& machine);

  // layout.cpp
  void lay_out();
  void lay_tree(std::int32_t number);
  void lay_children();
  void lay_uses();
  std::int32_t add_point(Point point);
  std::int32_t tile_at(TileId id) const;

  // scripts.cpp
  Result<bool> write_scripts();

  // core.cpp
  void run_core(std::int32_t index);
  bool take_step(std::int32_t index, const Step& step);
  bool compute(Tile& tile, const Step& step);
  bool transfer(std::int32_t index, const Step& step);
  bool wait_for_event(std::int32_t index, std::int32_t event);
  void wait_for(Tile& tile, std::int32_t operation, Tile::Wait why);
  void come_back(std::int32_t index);
  void end_wait(std::int32_t index, const Operation& operation);
  void close_op(const Tile& tile, std::int32_t graph_op);
  void spend(Tile& tile, Bin bin, std::int64_t cycles);

  // transfer.cpp
  std::int32_t issue(std::int32_t index, const Step& step);
  std::int32_t& claim_of(Operation& operation, Unit unit);
  void claim(std::int32_t id, Unit unit);
  void start(std::int32_t id);
  void complete(std::int32_t id);
  std::int32_t take_flow();

  // flow.cpp
  struct Event {
    enum Kind : std::uint32_t { core, flow, arrival };
    std::uint32_t what = 0;  ///< kind and index
    std::uint32_t stamp = 0;
  };
  struct Arrival {
    std::int32_t point = kNone;
    double words = 0;
    double rate = 0;
  };
  void push(std::int64_t cycle, Event::Kind kind, std::int32_t index, std::uint32_t stamp);
  void play(const Event& event);
  void settle();
  void book(Flow& flow);
  void look_at(std::int32_t index);
  bool is_done(const Flow& flow) const;
  void end_train(Flow& flow);
  double half_turn(const Flow& flow) const;
  bool take_turn(const Flow& flow);
  double room_below(const Point& at) const;
  double limit_of(Flow& flow);
  double share_of(const Flow& flow, double limit);
  void want(const LinkUse& use, double wanted);
  void set_rate(Flow& flow, double rate);
  void touch(std::int32_t flow);
  void touch_parent(std::int32_t point);
  void publish(std::int32_t point);
  void tell_children(std::int32_t point);
  void predict(std::int32_t flow);

  Point& point(std::int32_t index) { return points_[static_cast<std::size_t>(index)]; }
  const Point& point(std::int32_t index) const { return points_[static_cast<std::size_t>(index)]; }
  Flow& flow(std::int32_t index) { return flows_[static_cast<std::size_t>(index)]; }
  Operation& operation(std::int32_t id) { return operations_[static_cast<std::size_t>(id)]; }
  bool is_over() const { return running_cores_ == 0 && live_operations_ == 0; }

  const isa::Bundle& bundle_;
  const arch::Machine machine_;
  const CostModel cost_;
  weft::Rect region_;
  const isa::FirstIndex first_index_;
  isa::RouteTrees routes_;
  std::vector<Script> scripts_;
  std::vector<Tile> tiles_;  ///< row-major over the region
  std::vector<Point> points_;
  std::vector<std::int32_t> children_;
  std::vector<std::int32_t> source_of_tree_;
  std::vector<Link> links_;  ///< where words may wait for those of other colors
  std::vector<LinkUse> link_uses_;
  std::vector<std::int32_t> joins_;  ///< by link of the machine: index into links_
  std::vector<std::pair<std::int32_t, std::int32_t>> wants_;  ///< point and link, while laying out
  std::vector<Flow> flows_;  ///< those of routers first, then of transfers
  std::vector<Operation> operations_;
  std::vector<std::int32_t> free_flows_, free_operations_;
  Wheel<Event> wheel_;
  std::vector<Arrival> arrivals_;
  std::vector<std::int32_t> free_arrivals_;
  std::vector<std::int32_t> ready_cores_, dirty_, touched_, publishing_;
  std::vector<double> sorted_;  ///< scratch of want()
  OpEnds op_ends_;
  std::vector<BinCycles> op_bins_;  ///< by graph op, the last outside all
  std::optional<TileTimeline> timeline_;
  double pace_ = 1;  ///< words a cycle of a link
  std::int64_t now_ = 0;
  std::int64_t running_cores_ = 0, live_operations_ = 0;
  std::int64_t instructions_ = 0, events_ = 0;
  std::string fault_;
};

}  // namespace weft::sim::trains
