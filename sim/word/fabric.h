// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/route_tree.h"
#include "sim/simulate.h"
#include "sim/word/dense.h"
#include "sim/word/shared_links.h"

namespace weft::sim::word {

inline constexpr std::int32_t kNone = -1;

/// The ends of the fabric, told when something may have become possible for them in this cycle.
class Ends {
 public:
  virtual ~Ends() = default;
  /// An issued word of a tree may find its places now.
  virtual void room_at(std::int32_t tree) = 0;
  /// A word lies in the input queue of a sink.
  virtual void word_at(std::int32_t sink) = 0;
};

/// A place of one color, or a short queue of places with one exit: a ramp register, a register of a
/// link, the queue at the end of a link, a core's input queue.
struct Cell {
  enum class Kind : std::uint8_t { source, plain, queue };

  std::int64_t entered = -1;  ///< cycle of the latest word in
  std::int64_t left = -1;     ///< cycle of the latest word out
  std::int64_t filled = -1;   ///< cycle of the latest word in that found it empty
  std::int32_t parent = kNone;
  std::int32_t first_child = 0;  ///< the only one, or an index into Fabric::children_
  std::int32_t words = 0;
  std::int32_t capacity = 1;
  std::int32_t end = kNone;          ///< tree of a source, sink of a queue
  std::int32_t shared_link = kNone;  ///< link entered with this cell that other trees use too
  std::uint8_t child_count = 0;
  Kind kind = Kind::plain;
};

/// All places of a static fabric and the words in them, moved downstream first: what can move in a
/// cycle moves, a place freed is offered upstream in the same cycle, and the outcome does not
/// depend on who is tried first. Only cells whose front word is new, or whose next place was just
/// freed, are visited: blocked words and empty places cost nothing. The link registers of a color
/// may instead be bits of a plane (DenseColor), moved all at once while many words are under way.
/// Places are named by number: cells from 0, registers of planes below kNone. Knows no
/// instructions; the engine issues into sources and consumes from queues.
class Fabric {
 public:
  Fabric(const isa::RouteTrees& routes, const arch::Machine& machine, DenseMoves dense);

  struct Sink {
    std::int32_t tree = kNone;
    std::int32_t cell = kNone;
    std::int64_t consumed = 0;
    TileId tile;
  };
  struct Tree {
    std::int32_t color = 0;
    std::int32_t cell = kNone;  ///< its source
    std::int64_t issued = 0;
    TileId tile;
    std::vector<std::int32_t> sinks;
  };
  const std::vector<Tree>& trees() const { return trees_; }
  const std::vector<Sink>& sinks() const { return sinks_; }
  /// Any place, for reports.
  bool is_source(std::int32_t place) const { return kind_of(place) == Cell::Kind::source; }
  bool is_queue(std::int32_t place) const { return kind_of(place) == Cell::Kind::queue; }
  bool is_empty(std::int32_t place) const;
  bool is_full(std::int32_t place) const;
  std::int32_t parent(std::int32_t place) const;
  std::vector<std::int32_t> children(std::int32_t place) const;
  /// Tree of a source, sink of a queue.
  std::int32_t end_of(std::int32_t place) const { return cell(place).end; }
  std::int32_t tree_of(std::int32_t place) const;

  /// Begins cycle `now`; cells whose words are new may move in it.
  void begin(std::int64_t now);
  /// Moves what can move in this cycle, the ends included.
  void settle(Ends& ends);
  /// Nothing can move in the next cycle but by an end.
  bool is_still() const;

  /// A word lies in the queue of a sink since before this cycle and none has left it in it.
  bool has_word(std::int32_t sink) const { return has_word(queue_of(sink)); }
  /// … and it is the first cycle in which one does.
  bool has_new_word(std::int32_t sink) const { return queue_of(sink).filled == now_ - 1; }
  /// An issued word finds a place in every branch.
  bool has_room(std::int32_t tree) const { return has_room(source_of(tree)); }
  /// Asks for the shared links an issued word enters, if any; false: not now, room_at follows.
  bool take_links(std::int32_t tree);

  void consume(std::int32_t sink);
  void issue(std::int32_t tree);

  /// Word-hops made so far: cells left or issued into, branches counted once.
  std::int64_t hops() const { return hops_; }
  /// Sweeps of planes made so far.
  std::int64_t sweeps() const { return sweeps_; }

 private:
  // layout.cpp
  using SharedBy = std::map<std::uint32_t, std::int32_t>;  ///< number by link
  struct Head {
    std::int32_t cell = kNone;
    std::int32_t place = kNone;
  };
  std::int32_t add_cell(std::int32_t after, std::int32_t capacity);
  std::int32_t add_cells(std::int32_t after, std::int32_t count, std::int32_t capacity);
  std::int32_t add_sink(std::int32_t after, const isa::RouteNode& node,
                        const arch::Machine& machine);
  std::int32_t add_source(const isa::RouteTree& tree);
  void choose_planes(const isa::RouteTrees& routes, const arch::Machine& machine,
                     const SharedBy& shared);
  void lay_tree(const isa::RouteTree& tree, const arch::Machine& machine, const SharedBy& shared);
  void lay_on_plane(const isa::RouteTree& tree, std::int32_t plane, const arch::Machine& machine);
  void lay_children();

  // dense_moves.cpp
  struct PlaneState {
    bool sweeps = false;   ///< in this cycle, rather than word by word
    bool swept = false;    ///< has done so
    bool stirred = false;  ///< may find something to move
  };
  std::int32_t place_of(std::size_t plane, std::int32_t tile) const {
    return kNone - 1 - (static_cast<std::int32_t>(plane) * tiles_ + tile);
  }
  std::size_t plane_of(std::int32_t place) const {
    return static_cast<std::size_t>((kNone - 1 - place) / tiles_);
  }
  std::int32_t tile_of(std::int32_t place) const { return (kNone - 1 - place) % tiles_; }
  void begin_planes();
  void sweep_planes();
  bool room_on_plane(std::int32_t place) const {
    return planes_[plane_of(place)].has_room(tile_of(place));
  }
  void enter_plane(std::int32_t place);
  void set_ramp(std::int32_t place, bool full) {
    planes_[plane_of(place)].set_ramp_full(tile_of(place), full);
  }
  std::int32_t move_on_plane(std::int32_t place);

  const Cell& cell(std::int32_t index) const { return cells_[static_cast<std::size_t>(index)]; }
  std::int32_t child(const Cell& cell, int index) const {
    return cell.child_count == 1 ? cell.first_child
                                 : children_[static_cast<std::size_t>(cell.first_child + index)];
  }
  Cell::Kind kind_of(std::int32_t place) const {
    return place < kNone ? Cell::Kind::plain : cell(place).kind;
  }
  const Cell& queue_of(std::int32_t sink) const {
    return cell(sinks_[static_cast<std::size_t>(sink)].cell);
  }
  const Cell& source_of(std::int32_t tree) const {
    return cell(trees_[static_cast<std::size_t>(tree)].cell);
  }
  bool has_word(const Cell& cell) const {
    return cell.words > (cell.entered == now_ ? 1 : 0) && cell.left != now_;
  }
  bool has_room(const Cell& cell) const;
  bool wants_links(const Cell& cell) const;
  bool grant_or_ask(std::int32_t index);
  void enter(std::int32_t place);
  void enter_children(const Cell& cell);
  void leave(std::int32_t index);
  void wake(std::int32_t index, Ends& ends);
  void drain(Ends& ends);

  std::int64_t now_ = -1;
  std::int64_t hops_ = 0, sweeps_ = 0;
  std::vector<Cell> cells_;
  std::vector<std::int32_t> children_;
  std::vector<Tree> trees_;
  std::vector<Sink> sinks_;
  std::vector<std::int32_t> active_, next_;  ///< cells with a new front word, now and next cycle
  std::vector<std::int32_t> freed_;          ///< cells whose next place was freed in this cycle
  SharedLinks links_;
  std::vector<std::int64_t> asked_;  ///< by cell, if links are shared: cycle it last asked in
  std::int32_t passing_ = kNone;     ///< cell that has been given its links
  DenseMoves dense_ = DenseMoves::automatic;
  std::int32_t tiles_ = 0;  ///< of the machine
  std::vector<DenseColor> planes_;
  std::vector<PlaneState> plane_states_;
  std::vector<std::int32_t> plane_of_color_;  ///< kNone: cells
  std::vector<Head> heads_;                   ///< cells that lead into a plane
  std::vector<std::int32_t> scratch_, delivered_;
};

}  // namespace weft::sim::word
