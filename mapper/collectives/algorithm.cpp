// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/algorithm.h"

#include <algorithm>

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

int reach(int tiles, int root, int side) { return side < 0 ? root : tiles - 1 - root; }

// Halves of `count` tiles from `head` on: the nearer half keeps the head, the farther one, never
// the smaller, joins it last. The number of levels.
int add_halves(Tree& tree, int head, int side, int count) {
  if (count == 1) {
    return 0;
  }
  const int near = count / 2;
  add_halves(tree, head, side, near);
  const int level = add_halves(tree, head + side * near, side, count - near);
  tree.join(head + side * near, head, level);
  return level + 1;
}

// The nearest group takes the rest, so that all that send further are of one length.
int add_groups(Tree& tree, int head, int side, int count, int group, bool store) {
  const int groups = (count + group - 1) / group;
  int size = count - (groups - 1) * group;
  int last = -1;
  for (int g = 0; g < groups; ++g) {
    for (int i = 1; i < size; ++i) {
      tree.join(head + side * i, head + side * (i - 1), 0);
    }
    if (last >= 0) {
      tree.join(head, last, 1);
    }
    last = head;
    head += side * size;
    size = group;
  }
  if (store && groups > 1) {
    tree.stores[at(last)] = 1;
  }
  return 2;
}

// A tree on either side of the root: the lower one is rooted there, the upper one in the next tile,
// which the root receives from last. From the lower end it is one tree upwards.
template <class AddHalf>
Tree two_sided(int tiles, int root, const AddHalf& add_half) {
  Tree tree(tiles);
  tree.root = root;
  if (root == 0) {
    add_half(tree, 0, 1, tiles);
    return tree;
  }
  const int levels = std::max(add_half(tree, root, -1, root + 1), 1);
  if (root + 1 < tiles) {
    const int above = add_half(tree, root + 1, 1, tiles - 1 - root);
    tree.join(root + 1, root, std::max(levels, above) - 1);
  }
  return tree;
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
  return two_sided(tiles, root, [](Tree& tree, int head, int side, int count) {
    for (int i = 1; i < count; ++i) {
      tree.join(head + side * i, head + side * (i - 1), 0);
    }
    return 1;
  });
}

Tree star_tree(int tiles, int root) {
  Tree tree(tiles);
  tree.root = root;
  for (int d = 1; d < tiles; ++d) {
    for (const int side : {-1, 1}) {
      if (d <= reach(tiles, root, side)) {
        tree.join(root + side * d, root, 0);
      }
    }
  }
  return tree;
}

Tree binary_tree(int tiles, int root, bool store) {
  Tree tree = two_sided(tiles, root, add_halves);
  std::fill(tree.stores.begin(), tree.stores.end(), store ? 1 : 0);
  return tree;
}

Tree two_phase_tree(int tiles, int root, int group, bool store) {
  return two_sided(tiles, root, [&](Tree& tree, int head, int side, int count) {
    return add_groups(tree, head, side, count, group, store);
  });
}

Tree grouped_center_tree(int tiles, int group, bool store) {
  const int groups = (tiles + group - 1) / group;
  const auto begin = [&](int g) { return g * tiles / groups; };
  const auto center = [&](int g) { return (begin(g) + begin(g + 1)) / 2; };
  const int middle = groups / 2;
  Tree tree(tiles);
  tree.root = center(middle);
  for (int g = 0; g < groups; ++g) {
    for (int i = center(g) - 1; i >= begin(g); --i) {
      tree.join(i, i + 1, 0);
    }
    for (int i = center(g) + 1; i < begin(g + 1); ++i) {
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
