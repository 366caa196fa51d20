// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/algorithm.h"

#include <algorithm>
#include <cstdlib>

namespace weft::mapper::collectives {
namespace {

constexpr std::array<AlgorithmInfo, kAlgorithms> kTable = {{
    {Algorithm::chain, "chain", "neighbor to neighbor, from both ends to the root"},
    {Algorithm::star, "star", "every tile to the root"},
    {Algorithm::tree, "tree", "halves of halves, log2 P rounds"},
    {Algorithm::two_phase, "two_phase", "chains of groups, then a chain of their ends"},
    {Algorithm::ktree, "ktree", "groups rooted in their middle, then a chain of these"},
    {Algorithm::automatic, "auto", "the best nested chains for these words and this machine"},
    {Algorithm::ring, "ring", "two-hop ring: shares go round, once to add and once to spread"},
}};

std::size_t at(int tile) { return static_cast<std::size_t>(tile); }

// The tile `distance` from the root on its lower (-1) or upper (1) side.
int lies(int root, int side, int distance) { return root + side * distance; }

int reach(int tiles, int root, int side) { return side < 0 ? root : tiles - 1 - root; }

// The root takes the trains of both sides in turn.
void order_root(Tree& tree) {
  auto& children = tree.children[at(tree.root)];
  std::stable_sort(children.begin(), children.end(), [&](int a, int b) {
    return std::abs(a - tree.root) < std::abs(b - tree.root);
  });
}

// Halves of `count` tiles from distance `from` on: the nearer half keeps the place of all, the
// farther one, never the smaller, joins it last.
int add_halves(Tree& tree, int side, int from, int count) {
  if (count == 1) {
    return 0;
  }
  const int near = count / 2;
  add_halves(tree, side, from, near);
  const int level = add_halves(tree, side, from + near, count - near);
  tree.join(lies(tree.root, side, from + near), lies(tree.root, side, from), level);
  return level + 1;
}

}  // namespace

const std::array<AlgorithmInfo, kAlgorithms>& all_algorithms() { return kTable; }

std::string_view name_of(Algorithm algorithm) {
  return kTable[static_cast<std::size_t>(algorithm)].name;
}

std::optional<Algorithm> algorithm_of(std::string_view name) {
  for (const AlgorithmInfo& info : kTable) {
    if (info.name == name) {
      return info.algorithm;
    }
  }
  return std::nullopt;
}

Tree chain_tree(int tiles, int root) {
  Tree tree(tiles);
  tree.root = root;
  for (const int side : {-1, 1}) {
    for (int d = 1; d <= reach(tiles, root, side); ++d) {
      tree.join(lies(root, side, d), lies(root, side, d - 1), 0);
    }
  }
  return tree;
}

Tree star_tree(int tiles, int root) {
  Tree tree(tiles);
  tree.root = root;
  for (int d = 1; d < tiles; ++d) {
    for (const int side : {-1, 1}) {
      if (d <= reach(tiles, root, side)) {
        tree.join(lies(root, side, d), root, 0);
      }
    }
  }
  return tree;
}

Tree binary_tree(int tiles, int root, bool store) {
  Tree tree(tiles);
  tree.root = root;
  std::fill(tree.stores.begin(), tree.stores.end(), store ? 1 : 0);
  for (const int side : {-1, 1}) {
    add_halves(tree, side, 0, reach(tiles, root, side) + 1);
  }
  order_root(tree);
  return tree;
}

Tree two_phase_tree(int tiles, int root, int group, bool store) {
  Tree tree(tiles);
  tree.root = root;
  for (const int side : {-1, 1}) {
    const int far = reach(tiles, root, side);
    for (int head = 0; head <= far; head += group) {
      for (int d = head + 1; d < std::min(head + group, far + 1); ++d) {
        tree.join(lies(root, side, d), lies(root, side, d - 1), 0);
      }
    }
    int head = 0;
    for (int d = group; d <= far; d += group) {
      tree.join(lies(root, side, d), lies(root, side, d - group), 1);
      head = d;
    }
    if (store && head > 0) {
      tree.stores[at(lies(root, side, head))] = 1;
    }
  }
  order_root(tree);
  return tree;
}

Tree grouped_center_tree(int tiles, int group, bool store) {
  const int groups = (tiles + group - 1) / group;
  const auto center = [&](int g) {
    return std::min(g * group + group / 2, (g * group + tiles - 1) / 2);
  };
  const int middle = groups / 2;
  Tree tree(tiles);
  tree.root = center(middle);
  for (int g = 0; g < groups; ++g) {
    for (int i = center(g) - 1; i >= g * group; --i) {
      tree.join(i, i + 1, 0);
    }
    for (int i = center(g) + 1; i < std::min(tiles, (g + 1) * group); ++i) {
      tree.join(i, i - 1, 0);
    }
  }
  for (int g = middle - 1; g >= 0; --g) {
    tree.join(center(g), center(g + 1), 1);
  }
  for (int g = middle + 1; g < groups; ++g) {
    tree.join(center(g), center(g - 1), 1);
  }
  for (const int g : {0, groups - 1}) {
    if (store && g != middle) {
      tree.stores[at(center(g))] = 1;
    }
  }
  return tree;
}

}  // namespace weft::mapper::collectives
