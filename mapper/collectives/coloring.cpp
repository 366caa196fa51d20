// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/coloring.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <tuple>

namespace weft::mapper::collectives {
namespace {

std::size_t at(int tile) { return static_cast<std::size_t>(tile); }

struct Train {
  int tile = 0;
  int block = 0;
  int near = 0;  ///< distance of the nearer end from the root
  int far = 0;
};

std::vector<Train> in_order(const Tree& tree, int levels_in_block) {
  std::vector<Train> trains;
  for (int i = 0; i < tree.tiles(); ++i) {
    const int parent = tree.parent[at(i)];
    if (parent >= 0) {
      // Every tree of ours either has the parent nearer the root, or crosses no other one there.
      const int a = std::abs(i - tree.root);
      const int b = std::abs(parent - tree.root);
      trains.push_back({i, tree.level[at(i)] / levels_in_block, std::min(a, b), std::max(a, b)});
    }
  }
  std::sort(trains.begin(), trains.end(), [](const Train& a, const Train& b) {
    return std::tuple(-a.block, a.near, -a.far, a.tile) <
           std::tuple(-b.block, b.near, -b.far, b.tile);
  });
  return trains;
}

}  // namespace

TreeColors color_trains(const Tree& tree, int levels_in_block) {
  TreeColors colors;
  colors.up.assign(tree.parent.size(), -1);
  // Colors taken at each router, as bits from the first of the block on; words of 64, as many as a
  // star needs.
  const std::size_t words = tree.parent.size() / 64 + 1;
  std::vector<std::uint64_t> taken;
  int block = -1;
  int first = 0;
  std::vector<std::uint64_t> used(words);
  for (const Train& train : in_order(tree, levels_in_block)) {
    if (train.block != block) {
      block = train.block;
      first = colors.count;
      taken.assign(tree.parent.size() * words, 0);
    }
    const auto [low, high] = std::minmax(train.tile, tree.parent[at(train.tile)]);
    std::fill(used.begin(), used.end(), 0);
    for (int i = low; i <= high; ++i) {
      for (std::size_t w = 0; w < words; ++w) {
        used[w] |= taken[at(i) * words + w];
      }
    }
    int color = 0;
    while ((used[at(color) / 64] >> (color % 64) & 1) != 0) {
      ++color;
    }
    for (int i = low; i <= high; ++i) {
      taken[at(i) * words + at(color) / 64] |= std::uint64_t{1} << (color % 64);
    }
    colors.up[at(train.tile)] = first + color;
    colors.count = std::max(colors.count, first + color + 1);
  }
  return colors;
}

int count_places(const Tree& tree, const TreeColors& colors) {
  std::set<std::tuple<std::vector<int>, int, bool>> places;
  for (int i = 0; i < tree.tiles(); ++i) {
    std::vector<int> in;
    for (const int child : tree.children[at(i)]) {
      in.push_back(colors.up[at(child)]);
    }
    places.emplace(std::move(in), colors.up[at(i)], tree.stores[at(i)] != 0);
  }
  return static_cast<int>(places.size());
}

}  // namespace weft::mapper::collectives
