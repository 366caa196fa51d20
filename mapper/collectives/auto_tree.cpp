// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/auto_tree.h"

#include <algorithm>

namespace weft::mapper::collectives {
namespace {

// More roots are too many to solve the upper side of each anew.
constexpr int kTriedRoots = 48;

}  // namespace

AutoTrees::AutoTrees(int tiles, int classes, std::int64_t words, const Timing& timing,
                     std::int64_t slack, bool apart)
    : tiles_(tiles),
      words_(words),
      timing_(timing),
      slack_(slack),
      apart_(apart),
      cells_(std::max(classes, 1), tiles) {
  for (int k = 0; k <= std::max(classes, 1); ++k) {
    cells_.at(k, 1) = {timing_.transfer, 0, 0};
    for (int n = 2; n <= tiles_ && k > 0; ++n) {
      cells_.at(k, n) = solve(cells_, k, n, 0);
    }
  }
}

AutoTrees::Cell AutoTrees::solve(const Table& near, int k, int n, std::int64_t ready) const {
  const std::int64_t span = timing_.span(words_);
  Cell best = near.at(k - 1, n);
  for (int i = 1; i < n; ++i) {
    const std::int64_t nearer = near.at(k - 1, i).sent;
    if (i > 1 && nearer >= kNever) {
      break;
    }
    const std::int64_t leaves = cells_.at(k, n - i).sent;
    const std::int64_t arrives = leaves + timing_.flight(i);
    const std::int64_t free = i == 1 ? ready : nearer + span;
    if (i > 1 && (apart_ ? leaves : arrives) < free + slack_) {
      continue;
    }
    const std::int64_t sent = std::max(arrives, free + timing_.transfer);
    if (sent < best.sent) {
      best = {sent, i, k};
    }
  }
  return best;
}

AutoTrees::Table AutoTrees::upper_side(int classes, int tiles, std::int64_t ready) const {
  Table table(classes, tiles);
  for (int k = 1; k <= classes; ++k) {
    for (int n = 2; n <= tiles; ++n) {
      table.at(k, n) = solve(table, k, n, ready);
    }
  }
  return table;
}

std::int64_t AutoTrees::lower_done(int classes, int root) const {
  return root == 0 ? 0 : cells_.at(classes, root + 1).sent + timing_.span(words_);
}

std::int64_t AutoTrees::returned(int classes, int root, Upper upper, bool back) const {
  if (root == 0) {
    root = tiles_ - 1;
  }
  std::int64_t ready = lower_done(classes, root);
  const int above = tiles_ - 1 - root;
  if (above > 0) {
    const std::int64_t taken =
        upper == Upper::many ? upper_side(classes, above + 1, ready).at(classes, above + 1).sent
                             : std::max(ready + timing_.transfer,
                                        cells_.at(classes, above).sent + timing_.flight(1));
    ready = taken + timing_.span(words_);
  }
  return back ? ready + timing_.transfer + timing_.flight(std::max(root, above)) +
                    timing_.span(words_)
              : ready;
}

int AutoTrees::best_root(int classes, Upper upper, bool back) const {
  if (upper == Upper::many && tiles_ > kTriedRoots) {
    return best_root(classes, Upper::one, back);
  }
  int best = tiles_ - 1;
  std::int64_t least = returned(classes, best, upper, back);
  for (int root = tiles_ - 2; root > 0; --root) {
    if (const std::int64_t cycles = returned(classes, root, upper, back); cycles < least) {
      least = cycles;
      best = root;
    }
  }
  return best;
}

void AutoTrees::add(Tree& tree, const Table& near, int k, int from, int count, int side) const {
  if (count == 1) {
    return;
  }
  const Cell& cell = near.at(k, count);
  add(tree, near, cell.classes - 1, from, cell.split, side);
  add(tree, cells_, cell.classes, from + side * cell.split, count - cell.split, side);
  tree.join(from + side * cell.split, from, cell.classes - 1);
}

Tree AutoTrees::build(int classes, int root, Upper upper) const {
  Tree tree(tiles_);
  tree.root = root;
  if (root == 0) {
    add(tree, cells_, classes, root, tiles_, 1);
    return tree;
  }
  add(tree, cells_, classes, root, root + 1, -1);
  const int above = tiles_ - 1 - root;
  if (above > 0 && upper == Upper::many) {
    add(tree, upper_side(classes, above + 1, lower_done(classes, root)), classes, root, above + 1,
        1);
  } else if (above > 0) {
    add(tree, cells_, classes, root + 1, above, 1);
    tree.join(root + 1, root, classes - 1);
  }
  return tree;
}

}  // namespace weft::mapper::collectives
