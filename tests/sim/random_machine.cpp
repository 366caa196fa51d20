// SPDX-License-Identifier: Apache-2.0
#include "random_machine.h"

#include <set>

namespace weft::sim {
namespace {

using Links = std::set<std::pair<int, int>>;

std::vector<int> neighbors(const ProgramSpec& spec, int tile) {
  const int x = tile % spec.width;
  const int y = tile / spec.width;
  std::vector<int> result;
  if (x > 0) result.push_back(tile - 1);
  if (x + 1 < spec.width) result.push_back(tile + 1);
  if (y > 0) result.push_back(tile - spec.width);
  if (y + 1 < spec.height) result.push_back(tile + spec.width);
  return result;
}

// From `from` towards `to` by shortest steps, now along x, now along y; or anywhere, now and then.
std::vector<int> draw_path(Dice& dice, const ProgramSpec& spec, int from, int to) {
  std::vector<int> path{from};
  const int straying = dice.chance(25) ? 40 : 0;
  const int first = dice.roll(0, 2);  // x first, y first, mixed
  while (path.back() != to && path.size() < 10) {
    const int at = path.back();
    const int dx = to % spec.width - at % spec.width;
    const int dy = to / spec.width - at / spec.width;
    if (dice.chance(straying)) {
      path.push_back(dice.pick(neighbors(spec, at)));
    } else if (dy == 0 || (dx != 0 && (first == 0 || (first == 2 && dice.chance(50))))) {
      path.push_back(at + (dx > 0 ? 1 : -1));
    } else {
      path.push_back(at + (dy > 0 ? spec.width : -spec.width));
    }
  }
  return path;
}

// Adds the part of a path past its last tile on the tree, if it meets neither itself nor used
// links.
void graft(const std::vector<int>& path, const Links& used, std::set<int>& on_tree,
           TreeSpec& tree) {
  std::size_t start = path.size() - 1;
  while (!on_tree.contains(path[start])) {
    --start;
  }
  const std::set<int> fresh(path.begin() + static_cast<std::ptrdiff_t>(start) + 1, path.end());
  if (fresh.size() != path.size() - start - 1) {
    return;
  }
  for (std::size_t i = start; i + 1 < path.size(); ++i) {
    if (used.contains({path[i], path[i + 1]})) {
      return;
    }
  }
  for (std::size_t i = start; i + 1 < path.size(); ++i) {
    tree.links.emplace_back(path[i], path[i + 1]);
  }
  on_tree.insert(fresh.begin(), fresh.end());
  const int sink = path.back();
  if (sink != tree.source &&
      std::find(tree.sinks.begin(), tree.sinks.end(), sink) == tree.sinks.end()) {
    tree.sinks.push_back(sink);
  }
}

}  // namespace

void draw_machine(Dice& dice, ProgramSpec& spec) {
  static const std::vector<std::pair<int, int>> kGrids = {{2, 2}, {3, 2}, {2, 3}, {4, 2},
                                                          {2, 4}, {3, 3}, {3, 3}};
  if (dice.chance(50)) {
    std::tie(spec.width, spec.height) = dice.pick(kGrids);
  } else {
    spec.width = dice.roll(2, 9);
    spec.height = 1;
    if (dice.chance(30)) {
      std::swap(spec.width, spec.height);
    }
  }
  if (dice.chance(10)) {
    spec.x = dice.roll(0, 2);
    spec.y = dice.roll(0, 2);
  }
  spec.machine = contract_machine(1, 1);
  auto& fabric = *spec.machine.mutable_fabric();
  auto& tile = *spec.machine.mutable_tile();
  fabric.set_ramp_latency(dice.roll(0, 3));
  fabric.set_hop_latency(dice.roll(1, 3));
  fabric.set_places_per_hop(fabric.hop_latency() + (dice.chance(50) ? 0 : dice.roll(1, 4)));
  fabric.set_turn_latency(dice.chance(50) ? 0 : dice.roll(1, 3));
  tile.set_input_queue_words(dice.roll(1, 4));
  tile.set_queue_engines(dice.roll(1, 4));
  if (dice.chance(35)) {
    const int num = dice.roll(1, 8);
    fabric.mutable_words_per_cycle()->set_num(num);
    fabric.mutable_words_per_cycle()->set_den(dice.roll(num, 3 * num));
  }
  if (dice.chance(50)) {
    auto& setup = *tile.mutable_setup();
    setup.set_compute(dice.roll(0, 6));
    setup.set_transfer(dice.roll(0, 6));
    setup.set_scalar(dice.roll(0, 3));
    setup.set_tensor_descriptor(dice.roll(0, 3));
    setup.set_branch(dice.roll(0, 3));
    setup.set_loop_entry(dice.roll(0, 3));
    setup.set_loop_iteration(dice.roll(0, 3));
  }
}

void draw_trees(Dice& dice, ProgramSpec& spec, bool shared_links) {
  const int tiles = spec.width * spec.height;
  const int wanted = dice.roll(1, 2 * tiles);
  Links used;
  std::vector<std::set<int>> color_tiles;
  for (int attempt = 0; attempt < wanted; ++attempt) {
    TreeSpec tree;
    tree.source = dice.roll(0, tiles - 1);
    std::set<int> on_tree{tree.source};
    const bool near = dice.chance(50);
    const int sinks = near || dice.chance(40) ? 1 : dice.roll(2, 5);
    for (int i = 0; i < sinks; ++i) {
      const int to = near ? dice.pick(neighbors(spec, tree.source)) : dice.roll(0, tiles - 1);
      graft(draw_path(dice, spec, tree.source, to), used, on_tree, tree);
    }
    if (tree.sinks.empty()) {
      continue;
    }
    if (!shared_links) {
      used.insert(tree.links.begin(), tree.links.end());
    }
    std::size_t color = 0;
    while (color < color_tiles.size() &&
           (dice.chance(50) || std::any_of(on_tree.begin(), on_tree.end(), [&](int tile) {
              return color_tiles[color].contains(tile);
            }))) {
      ++color;
    }
    if (color == color_tiles.size()) {
      color_tiles.emplace_back();
    }
    color_tiles[color].insert(on_tree.begin(), on_tree.end());
    tree.color = static_cast<int>(color);
    spec.trees.push_back(tree);
  }
}

}  // namespace weft::sim
