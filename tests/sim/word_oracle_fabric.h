// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"

namespace weft::sim::oracle {

inline constexpr int kNone = -1;

/// A place or a short FIFO of one color on its way: a ramp register, a register of a link, the FIFO
/// at the end of a link, or a core's input queue. A word that enters in cycle t may leave from t+1;
/// one word leaves a cycle, into all of `next` at once. Words are counted, not carried.
struct Cell {
  int capacity = 1;
  int words = 0;
  std::int64_t entered = kNone;  ///< cycle of the latest word in
  std::int64_t left = kNone;     ///< cycle of the latest word out
  std::vector<int> next;
};

/// The cells of one color behind one source, every cell before those it leads to.
struct Tree {
  int source = kNone;      ///< tile that issues
  std::vector<int> heads;  ///< cells an issued word enters
  int first = 0, last = 0;
  std::int64_t words = 0;          ///< in its cells now, branches counted
  std::int64_t pace = kNone;       ///< s(w-1) in 1/num cycles
  std::int64_t scheduled = kNone;  ///< s(w) once word w could leave
};

/// All registers of a static fabric, laid out from the route rules of a bundle as
/// contract/README.md words them. Exclusive routes: colors that share a link do not slow each
/// other.
class Fabric {
 public:
  Fabric(const isa::Bundle& bundle, const arch::Machine& machine);

  int trees() const { return static_cast<int>(trees_.size()); }
  const Tree& tree(int index) const { return trees_[static_cast<std::size_t>(index)]; }
  /// Tree that begins at a tile of the machine, or kNone.
  int tree_from(int tile, int color) const;
  /// Input queue of a tile of the machine, or kNone.
  int queue_at(int tile, int color) const;
  int tree_of_cell(int cell) const { return owner_[static_cast<std::size_t>(cell)]; }

  /// Whether a word lies in a cell since before cycle t and none has left it in t.
  bool has_word(int cell, std::int64_t t) const;
  /// Whether an issued word finds a place in every branch.
  bool has_room(int tree) const { return room_in(this->tree(tree).heads); }
  /// To be asked only when all else allows a word to leave in cycle t: whether the pace does too.
  bool pace_allows(int tree, std::int64_t t);
  bool pace_pending(int tree) const { return this->tree(tree).scheduled != kNone; }

  void issue(int tree, std::int64_t t);
  void consume(int cell, std::int64_t t);
  /// Moves the words of one tree that can still move in cycle t, downstream first.
  bool settle(int tree, std::int64_t t);

 private:
  struct Rule {
    int rx = 0;
    int tx = 0;  ///< bit d: direction d
  };

  bool room_in(const std::vector<int>& cells) const;
  void enter(int tree, const std::vector<int>& cells, std::int64_t t);
  void leave(int tree, int cell, std::int64_t t);
  int add_cells(int after, int count, int capacity);
  void lay_router(int x, int y, int color, int after, int heading);
  void lay_link(int x, int y, int color, int direction, int after, int heading);

  int width_, height_, ramp_, hop_, turn_, places_, queue_;
  std::int64_t pace_num_, pace_den_;
  std::map<std::pair<int, int>, Rule> rules_;  // by tile and color
  std::map<std::pair<int, int>, int> sources_, queues_;
  std::vector<Tree> trees_;
  std::vector<Cell> cells_;
  std::vector<int> owner_;
};

}  // namespace weft::sim::oracle
