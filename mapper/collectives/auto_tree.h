// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/collectives/tree.h"

namespace weft::mapper::collectives {

/// The fastest trees of nested chains, by dynamic programming. A tile of class k receives at most
/// one train of every class up to k, nearest first, the last one from a tile of class k; so on a
/// half-line trains of one class form chains, trains of a lower class lie between two neighbors of
/// such a chain, and no router has more than k + 1 trains: k + 1 colors do.
///
/// sent(k, n): earliest cycle in which the first tile of n sends, the others behind it, class k:
///   the last train comes from distance i, where n - i tiles begin; the i - 1 nearer ones are a
///   tree of class k - 1 without the last train: sent(k, n) = min over i of max( sent(k, n - i) +
///   flight(i), sent(k - 1, i) + B + set-up )
/// over those i where the last train comes to the links it shares with the one before `slack` or
/// more cycles after that has left them; if `apart`, it starts only when that one has arrived. So
/// trains of two colors never meet on a link if tiles start together.
///
/// The root takes the trains of its lower side like any tile, then those of its upper side: one, or
/// as many as pay, which takes more colors there. At the lower end it is as at the upper one.
class AutoTrees {
 public:
  enum class Upper { one, many };

  AutoTrees(int tiles, int classes, std::int64_t words, const Timing& timing, std::int64_t slack,
            bool apart);

  /// The root from which all is done first, the multicast `back` included if there is one.
  int best_root(int classes, Upper upper, bool back) const;
  /// The tree of a class that is rooted there.
  Tree build(int classes, int root, Upper upper) const;

 private:
  static constexpr std::int64_t kNever = INT64_MAX / 4;
  struct Cell {
    std::int64_t sent = kNever;
    std::int32_t split = 0;  ///< distance of the last train; 0: none
    std::int32_t classes = 0;
  };

  /// Cells by class and number of tiles.
  class Table {
   public:
    Table(int classes, int tiles)
        : width_(static_cast<std::size_t>(tiles + 1)),
          cells_(static_cast<std::size_t>(classes + 1) * width_) {}
    Cell& at(int k, int n) {
      return cells_[static_cast<std::size_t>(k) * width_ + static_cast<std::size_t>(n)];
    }
    const Cell& at(int k, int n) const {
      return cells_[static_cast<std::size_t>(k) * width_ + static_cast<std::size_t>(n)];
    }

   private:
    std::size_t width_;
    std::vector<Cell> cells_;
  };

  /// `near` are trees like the one looked for, `ready` when its first tile may take its first
  /// train.
  Cell solve(const Table& near, int k, int n, std::int64_t ready) const;
  /// The upper side of a root that is busy with the lower one until `ready`.
  Table upper_side(int classes, int tiles, std::int64_t ready) const;
  std::int64_t lower_done(int classes, int root) const;
  std::int64_t returned(int classes, int root, Upper upper, bool back) const;
  void add(Tree& tree, const Table& near, int k, int from, int count, int side) const;

  int tiles_;
  std::int64_t words_;
  Timing timing_;
  std::int64_t slack_;
  bool apart_;
  Table cells_;
};

}  // namespace weft::mapper::collectives
