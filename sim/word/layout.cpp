// SPDX-License-Identifier: Apache-2.0
// Where the places of a static fabric lie: what docs/timing_model.md says under "Places".
#include <map>

#include "sim/word/fabric.h"

namespace weft::sim::word {
namespace {

/// Shared links by link number: those that more than one tree is routed over.
std::map<std::uint32_t, std::int32_t> find_shared_links(const isa::RouteTrees& routes,
                                                        SharedLinks& links) {
  std::vector<std::uint8_t> users;
  std::map<std::uint32_t, std::int32_t> shared;
  for (const isa::RouteTree& tree : routes.trees) {
    for (const isa::RouteNode& node : tree.nodes) {
      for (const std::uint32_t link : node.links) {
        if (link >= users.size()) {
          users.resize(link + 1, 0);
        }
        if (users[link] == 1) {
          shared.emplace(link, links.add());
        }
        users[link] = static_cast<std::uint8_t>(users[link] + (users[link] < 2 ? 1 : 0));
      }
    }
  }
  return shared;
}

}  // namespace

std::int32_t Fabric::add_cell(std::int32_t after, std::int32_t capacity) {
  Cell cell;
  cell.parent = after;
  cell.capacity = capacity;
  cells_.push_back(cell);
  return static_cast<std::int32_t>(cells_.size() - 1);
}

std::int32_t Fabric::add_cells(std::int32_t after, std::int32_t count, std::int32_t capacity) {
  for (std::int32_t i = 0; i < count; ++i) {
    after = add_cell(after, capacity);
  }
  return after;
}

Fabric::Fabric(const isa::RouteTrees& routes, const arch::Machine& machine) {
  const auto shared = find_shared_links(routes, links_);
  for (const isa::RouteTree& tree : routes.trees) {
    lay_tree(tree, machine, shared);
  }
  lay_children();
  asked_.resize(links_.empty() ? 0 : cells_.size(), -1);
}

// The cells of each segment, one behind the other; `last` is where a node's children begin.
void Fabric::lay_tree(const isa::RouteTree& tree, const arch::Machine& machine,
                      const std::map<std::uint32_t, std::int32_t>& shared) {
  const arch::Fabric& fabric = machine.fabric();
  struct Laid {
    std::int32_t last = kNone;
    int heading = -1;  // direction of the last link, -1: none yet
  };
  std::vector<Laid> laid(tree.nodes.size());
  const auto number = static_cast<std::int32_t>(trees_.size());
  trees_.push_back({tree.color, kNone, 0, tree.nodes.front().tile, {}});
  for (std::size_t n = 0; n < tree.nodes.size(); ++n) {
    const isa::RouteNode& node = tree.nodes[n];
    if (node.kind == isa::RouteNode::Kind::source) {
      const std::int32_t source = add_cell(kNone, 0);
      cells_.back().kind = Cell::Kind::source;
      cells_.back().end = number;
      trees_.back().cell = source;
      laid[n].last = source;
      continue;
    }
    Laid at = laid[static_cast<std::size_t>(node.parent)];
    if (node.parent == 0) {
      at.last = add_cells(at.last, fabric.ramp_latency(), 1);
    }
    for (const std::uint32_t link : node.links) {
      const int direction = static_cast<int>(link % 4);
      const bool turns = at.heading >= 0 && at.heading != direction;
      const auto first = static_cast<std::size_t>(cells_.size());
      at.last =
          add_cells(at.last, fabric.hop_latency() - 1 + (turns ? fabric.turn_latency() : 0), 1);
      at.last = add_cell(at.last, fabric.places_per_hop() - fabric.hop_latency() + 1);
      if (const auto found = shared.find(link); found != shared.end()) {
        cells_[first].shared_link = found->second;
      }
      at.heading = direction;
    }
    if (node.kind == isa::RouteNode::Kind::sink) {
      at.last = add_cells(at.last, fabric.ramp_latency(), 1);
      at.last = add_cell(at.last, machine.tile().input_queue_words());
      cells_.back().kind = Cell::Kind::queue;
      cells_.back().end = static_cast<std::int32_t>(sinks_.size());
      trees_.back().sinks.push_back(cells_.back().end);
      sinks_.push_back({number, at.last, 0, node.tile});
    }
    laid[n] = at;
  }
}

void Fabric::lay_children() {
  for (const Cell& cell : cells_) {
    if (cell.parent != kNone) {
      ++cells_[static_cast<std::size_t>(cell.parent)].child_count;
    }
  }
  std::int32_t first = 0;
  for (Cell& cell : cells_) {
    cell.first_child = first;
    first += cell.child_count;
  }
  children_.resize(static_cast<std::size_t>(first));
  std::vector<std::uint8_t> filled(cells_.size(), 0);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].parent != kNone) {
      const auto parent = static_cast<std::size_t>(cells_[i].parent);
      children_[static_cast<std::size_t>(cells_[parent].first_child + filled[parent]++)] =
          static_cast<std::int32_t>(i);
    }
  }
}

}  // namespace weft::sim::word
