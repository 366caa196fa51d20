// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/tree.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace weft::mapper::collectives {
namespace {

std::size_t at(int tile) { return static_cast<std::size_t>(tile); }

// First words of a train: issued by the tile, consumed by its parent.
struct Train {
  std::int64_t sent = 0;
  std::int64_t taken = 0;
};

// Cycles in which words of one train may be on a link.
struct Occupied {
  std::int64_t first = 0;
  std::int64_t last = 0;
  const Train* train = nullptr;
};

void find_gaps(const Tree& tree, const std::vector<Train>& trains, std::int64_t words,
               const Timing& timing, Schedule& schedule) {
  // Directed links: from a tile to the next one up, then to the next one down.
  std::vector<std::vector<Occupied>> links(trains.size() * 2);
  for (int i = 0; i < tree.tiles(); ++i) {
    const int parent = tree.parent[at(i)];
    if (parent < 0) {
      continue;
    }
    const int step = parent > i ? 1 : -1;
    const int hops = std::abs(parent - i);
    const Train& train = trains[at(i)];
    for (int hop = 0; hop < hops; ++hop) {
      const std::int64_t first = train.sent + timing.ramp + hop * timing.hop;
      const std::int64_t last =
          train.taken + timing.span(words) - 1 - (timing.ramp + 1 + (hops - hop) * timing.hop);
      links[at(i + hop * step) * 2 + (step > 0 ? 0 : 1)].push_back({first, last, &train});
    }
  }
  schedule.gap = schedule.apart = kNoGap;
  for (auto& link : links) {
    std::sort(link.begin(), link.end(),
              [](const Occupied& a, const Occupied& b) { return a.first < b.first; });
    for (std::size_t i = 1; i < link.size(); ++i) {
      schedule.gap = std::min(schedule.gap, link[i].first - link[i - 1].last - 1);
      schedule.apart = std::min(
          schedule.apart, link[i].train->sent - link[i - 1].train->taken - timing.span(words));
    }
  }
}

}  // namespace

Tree::Tree(int tiles)
    : parent(at(tiles), -1), children(at(tiles)), level(at(tiles), 0), stores(at(tiles), 0) {}

void Tree::join(int child, int to, int at_level) {
  parent[at(child)] = to;
  children[at(to)].push_back(child);
  level[at(child)] = static_cast<std::uint8_t>(at_level);
}

std::vector<int> Tree::downwards() const {
  std::vector<int> order{root};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& next = children[at(order[i])];
    order.insert(order.end(), next.begin(), next.end());
  }
  assert(order.size() == parent.size());
  return order;
}

Schedule schedule_of(const Tree& tree, std::int64_t words, const Timing& timing) {
  Schedule schedule;
  schedule.gap = schedule.apart = kNoGap;
  if (tree.tiles() == 1) {
    return schedule;
  }
  std::vector<Train> trains(tree.parent.size());
  const std::int64_t span = timing.span(words);
  const std::vector<int> order = tree.downwards();
  for (auto tile = order.rbegin(); tile != order.rend(); ++tile) {
    const auto& children = tree.children[at(*tile)];
    std::int64_t ready = 0;
    bool passed_on = false;
    for (std::size_t j = 0; j < children.size(); ++j) {
      Train& train = trains[at(children[j])];
      train.taken = std::max(ready + timing.transfer,
                             train.sent + timing.flight(std::abs(children[j] - *tile)));
      passed_on = j + 1 == children.size() && *tile != tree.root && tree.stores[at(*tile)] == 0;
      ready = passed_on ? train.taken : train.taken + span;
    }
    trains[at(*tile)].sent = passed_on ? ready : ready + timing.transfer;
  }
  // What the root would send is the multicast.
  schedule.reduced = trains[at(tree.root)].sent - timing.transfer;
  const int farthest = std::max(tree.root, tree.tiles() - 1 - tree.root);
  schedule.returned = trains[at(tree.root)].sent + timing.flight(farthest) + span;
  find_gaps(tree, trains, words, timing, schedule);
  return schedule;
}

}  // namespace weft::mapper::collectives
