// SPDX-License-Identifier: Apache-2.0
#include "word_oracle_fabric.h"

#include <algorithm>

#include "isa/bundle.h"

namespace weft::sim::oracle {
namespace {

int find(const std::map<std::pair<int, int>, int>& map, int tile, int color) {
  const auto at = map.find({tile, color});
  return at == map.end() ? kNone : at->second;
}

}  // namespace

Fabric::Fabric(const isa::Bundle& bundle, const arch::Machine& machine)
    : width_(machine.grid().width()),
      height_(machine.grid().height()),
      ramp_(machine.fabric().ramp_latency()),
      hop_(machine.fabric().hop_latency()),
      turn_(machine.fabric().turn_latency()),
      places_(machine.fabric().places_per_hop()),
      queue_(machine.tile().input_queue_words()),
      pace_num_(machine.fabric().words_per_cycle().num()),
      pace_den_(machine.fabric().words_per_cycle().den()) {
  for (const isa::Route& route : bundle.routes()) {
    const weft::TileSet set = isa::tile_set_of(route.tiles());
    Rule rule{route.rx(), 0};
    for (const int direction : route.tx()) {
      rule.tx |= 1 << direction;
    }
    for (int j = 0; j < set.y.count; ++j) {
      for (int i = 0; i < set.x.count; ++i) {
        const int tile = (set.y.first + j * set.y.step) * width_ + set.x.first + i * set.x.step;
        rules_[{tile, route.color()}] = rule;
      }
    }
  }
  for (const auto& [at, rule] : rules_) {
    const auto [tile, color] = at;
    if (rule.rx != isa::RAMP) {
      continue;
    }
    sources_[at] = static_cast<int>(trees_.size());
    Tree& tree = trees_.emplace_back();
    tree.source = tile;
    tree.first = static_cast<int>(cells_.size());
    const int after = add_cells(kNone, ramp_, 1);
    lay_router(tile % width_, tile / width_, color, after, isa::RAMP);
    tree.last = static_cast<int>(cells_.size());
  }
}

int Fabric::tree_from(int tile, int color) const { return find(sources_, tile, color); }
int Fabric::queue_at(int tile, int color) const { return find(queues_, tile, color); }

// `count` cells one behind the other, the first fed by `after` (kNone: by the source of the tree
// being laid); returns the last of them.
int Fabric::add_cells(int after, int count, int capacity) {
  for (int i = 0; i < count; ++i) {
    const int cell = static_cast<int>(cells_.size());
    cells_.push_back({capacity, 0, kNone, kNone, {}});
    owner_.push_back(static_cast<int>(trees_.size()) - 1);
    auto& feeds =
        after == kNone ? trees_.back().heads : cells_[static_cast<std::size_t>(after)].next;
    feeds.push_back(cell);
    after = cell;
  }
  return after;
}

// What leaves `after` at this router goes into every branch of its rule.
void Fabric::lay_router(int x, int y, int color, int after, int heading) {
  const int tile = y * width_ + x;
  const Rule rule = rules_[{tile, color}];
  for (int direction = isa::RAMP; direction <= isa::NORTH; ++direction) {
    if ((rule.tx >> direction & 1) == 0) {
      continue;
    }
    if (direction == isa::RAMP) {
      queues_[{tile, color}] = add_cells(add_cells(after, ramp_, 1), 1, queue_);
    } else {
      lay_link(x, y, color, direction, after, heading);
    }
  }
}

void Fabric::lay_link(int x, int y, int color, int direction, int after, int heading) {
  constexpr int kDx[] = {0, 1, 0, -1, 0};
  constexpr int kDy[] = {0, 0, 1, 0, -1};
  const bool turns = heading != isa::RAMP && heading != direction;
  const int registers = add_cells(after, hop_ - 1 + (turns ? turn_ : 0), 1);
  const int fifo = add_cells(registers, 1, places_ - hop_ + 1);
  lay_router(x + kDx[direction], y + kDy[direction], color, fifo, direction);
}

bool Fabric::has_word(int index, std::int64_t t) const {
  const Cell& cell = cells_[static_cast<std::size_t>(index)];
  return cell.left != t && cell.words - (cell.entered == t ? 1 : 0) > 0;
}

bool Fabric::room_in(const std::vector<int>& cells) const {
  return std::all_of(cells.begin(), cells.end(), [&](int index) {
    const Cell& cell = cells_[static_cast<std::size_t>(index)];
    return cell.words < cell.capacity;
  });
}

// A link of num/den words a cycle: s(w) = max(s(w-1) + den/num, ready(w)), leaving in floor(s(w)).
bool Fabric::pace_allows(int index, std::int64_t t) {
  if (pace_num_ == pace_den_) {
    return true;
  }
  Tree& tree = trees_[static_cast<std::size_t>(index)];
  if (tree.scheduled == kNone) {
    tree.scheduled = t * pace_num_;
    if (tree.pace != kNone) {
      tree.scheduled = std::max(tree.scheduled, tree.pace + pace_den_);
    }
  }
  return tree.scheduled / pace_num_ <= t;
}

void Fabric::enter(int tree, const std::vector<int>& cells, std::int64_t t) {
  for (const int index : cells) {
    Cell& cell = cells_[static_cast<std::size_t>(index)];
    ++cell.words;
    cell.entered = t;
    ++trees_[static_cast<std::size_t>(tree)].words;
  }
}

void Fabric::leave(int tree, int index, std::int64_t t) {
  Cell& cell = cells_[static_cast<std::size_t>(index)];
  --cell.words;
  cell.left = t;
  --trees_[static_cast<std::size_t>(tree)].words;
}

void Fabric::issue(int index, std::int64_t t) {
  Tree& tree = trees_[static_cast<std::size_t>(index)];
  if (tree.scheduled != kNone) {
    tree.pace = tree.scheduled;
    tree.scheduled = kNone;
  }
  enter(index, tree.heads, t);
}

void Fabric::consume(int cell, std::int64_t t) { leave(tree_of_cell(cell), cell, t); }

bool Fabric::settle(int index, std::int64_t t) {
  const Tree& tree = this->tree(index);
  bool moved = false;
  for (int cell = tree.last - 1; cell >= tree.first; --cell) {
    const std::vector<int>& next = cells_[static_cast<std::size_t>(cell)].next;
    if (!next.empty() && has_word(cell, t) && room_in(next)) {
      leave(index, cell, t);
      enter(index, next, t);
      moved = true;
    }
  }
  return moved;
}

}  // namespace weft::sim::oracle
