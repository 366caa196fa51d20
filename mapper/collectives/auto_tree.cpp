// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/auto_tree.h"

#include <algorithm>

namespace weft::mapper::collectives {

AutoTrees::AutoTrees(int tiles, int classes, std::int64_t words, const Timing& timing,
                     std::int64_t slack, bool apart)
    : tiles_(tiles),
      classes_(std::max(classes, 1)),
      words_(words),
      timing_(timing),
      slack_(slack),
      apart_(apart),
      cells_(static_cast<std::size_t>(classes_ + 1) * static_cast<std::size_t>(tiles + 1)) {
  for (int k = 0; k <= classes_; ++k) {
    at(cells_, k, 1) = {timing_.transfer, 0, 0};
    for (int n = 2; n <= tiles_ && k > 0; ++n) {
      solve(k, n);
    }
  }
}

void AutoTrees::solve(int k, int n) {
  const std::int64_t span = timing_.span(words_);
  Cell best = at(cells_, k - 1, n);
  for (int i = 1; i < n; ++i) {
    const Cell& nearer = at(cells_, k - 1, i);
    if (nearer.sent >= kNever) {
      break;
    }
    const std::int64_t leaves = at(cells_, k, n - i).sent;
    const std::int64_t arrives = leaves + timing_.flight(i);
    std::int64_t ready = timing_.transfer;
    if (i > 1) {
      if ((apart_ ? leaves : arrives) < nearer.sent + span + slack_) {
        continue;
      }
      ready = nearer.sent + span + timing_.transfer;
    }
    const std::int64_t sent = std::max(arrives, ready);
    if (sent < best.sent) {
      best = {sent, i, k};
    }
  }
  at(cells_, k, n) = best;
}

// The root takes the trains of its lower side like any tile, then the one of its upper side. At the
// lower end it is as at the upper one.
std::int64_t AutoTrees::returned(int classes, int root, bool back) const {
  if (root == 0) {
    root = tiles_ - 1;
  }
  const std::int64_t span = timing_.span(words_);
  std::int64_t ready = 0;
  if (root > 0) {
    const std::int64_t taken = at(cells_, classes, root + 1).sent;
    if (taken >= kNever) {
      return kNever;
    }
    ready = taken + span;
  }
  const int above = tiles_ - 1 - root;
  if (above > 0) {
    const std::int64_t sent = at(cells_, classes, above).sent;
    if (sent >= kNever) {
      return kNever;
    }
    ready = std::max(ready + timing_.transfer, sent + timing_.flight(1)) + span;
  }
  return back ? ready + timing_.transfer + timing_.flight(std::max(root, above)) + span : ready;
}

int AutoTrees::best_root(int classes, bool back) const {
  int best = tiles_ - 1;
  for (int root = tiles_ - 2; root >= 0; --root) {
    if (returned(classes, root, back) < returned(classes, best, back)) {
      best = root;
    }
  }
  return best;
}

void AutoTrees::add(Tree& tree, int k, int from, int count, int side) const {
  const Cell& cell = at(cells_, k, count);
  if (count == 1) {
    return;
  }
  add(tree, cell.classes - 1, from, cell.split, side);
  add(tree, cell.classes, from + side * cell.split, count - cell.split, side);
  tree.join(from + side * cell.split, from, cell.classes - 1);
}

Tree AutoTrees::build(int classes, int root) const {
  Tree tree(tiles_);
  tree.root = root;
  if (root == 0) {
    add(tree, classes, root, tiles_, 1);
    return tree;
  }
  add(tree, classes, root, root + 1, -1);
  if (root + 1 < tiles_) {
    add(tree, classes, root + 1, tiles_ - 1 - root, 1);
    tree.join(root + 1, root, classes - 1);
  }
  return tree;
}

}  // namespace weft::mapper::collectives
