// SPDX-License-Identifier: Apache-2.0
// Where the places of a static fabric lie: what docs/timing_model.md says under "Places".
#include <algorithm>
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

std::int32_t Fabric::add_source(const isa::RouteTree& tree) {
  const std::int32_t source = add_cell(kNone, 0);
  cells_.back().kind = Cell::Kind::source;
  cells_.back().end = static_cast<std::int32_t>(trees_.size());
  trees_.push_back({tree.color, source, 0, tree.nodes.front().tile, {}});
  return source;
}

// Ramp-in and queue behind `after`; returns the first of them.
std::int32_t Fabric::add_sink(std::int32_t after, const isa::RouteNode& node,
                              const arch::Machine& machine) {
  const auto first = static_cast<std::int32_t>(cells_.size());
  after = add_cells(after, machine.fabric().ramp_latency(), 1);
  const std::int32_t queue = add_cell(after, machine.tile().input_queue_words());
  cells_.back().kind = Cell::Kind::queue;
  cells_.back().end = static_cast<std::int32_t>(sinks_.size());
  trees_.back().sinks.push_back(cells_.back().end);
  sinks_.push_back({static_cast<std::int32_t>(trees_.size()) - 1, queue, 0, node.tile});
  return first;
}

Fabric::Fabric(const isa::RouteTrees& routes, const arch::Machine& machine, DenseMoves dense)
    : dense_(dense), tiles_(machine.grid().width() * machine.grid().height()) {
  const SharedBy shared = find_shared_links(routes, links_);
  choose_planes(routes, machine, shared);
  for (const isa::RouteTree& tree : routes.trees) {
    const std::int32_t plane = plane_of_color_[static_cast<std::size_t>(tree.color)];
    if (plane == kNone) {
      lay_tree(tree, machine, shared);
    } else {
      lay_on_plane(tree, plane, machine);
    }
  }
  lay_children();
  asked_.resize(links_.empty() ? 0 : cells_.size(), -1);
}

// A color goes on a plane where each link has one register and is its own, and where it is large
// enough to be worth it.
void Fabric::choose_planes(const isa::RouteTrees& routes, const arch::Machine& machine,
                           const SharedBy& shared) {
  constexpr std::int64_t kFewestLinks = 4096;
  const arch::Fabric& fabric = machine.fabric();
  const auto colors = static_cast<std::size_t>(fabric.colors());
  plane_of_color_.assign(colors, kNone);
  if (dense_ == DenseMoves::never || fabric.hop_latency() != 1 || fabric.places_per_hop() != 1 ||
      fabric.turn_latency() != 0 || fabric.ramp_latency() < 1) {
    return;
  }
  std::vector<std::int64_t> links(colors, 0);
  std::vector<bool> suits(colors, true);
  for (const isa::RouteTree& tree : routes.trees) {
    const auto color = static_cast<std::size_t>(tree.color);
    for (const isa::RouteNode& node : tree.nodes) {
      links[color] += static_cast<std::int64_t>(node.links.size());
      const bool shares = std::any_of(node.links.begin(), node.links.end(),
                                      [&](std::uint32_t link) { return shared.contains(link); });
      if (shares || node.kind == isa::RouteNode::Kind::dead_end) {
        suits[color] = false;
      }
    }
  }
  for (std::size_t color = 0; color < colors; ++color) {
    const std::int64_t fewest = dense_ == DenseMoves::always ? 1 : kFewestLinks;
    if (suits[color] && links[color] >= fewest) {
      plane_of_color_[color] = static_cast<std::int32_t>(planes_.size());
      planes_.emplace_back(machine.grid().width(), machine.grid().height());
    }
  }
  plane_states_.resize(planes_.size());
}

// The cells of each segment, one behind the other; `last` is where a node's children begin.
void Fabric::lay_tree(const isa::RouteTree& tree, const arch::Machine& machine,
                      const SharedBy& shared) {
  const arch::Fabric& fabric = machine.fabric();
  struct Laid {
    std::int32_t last = kNone;
    int heading = -1;  // direction of the last link, -1: none yet
  };
  std::vector<Laid> laid(tree.nodes.size());
  laid[0].last = add_source(tree);
  for (std::size_t n = 1; n < tree.nodes.size(); ++n) {
    const isa::RouteNode& node = tree.nodes[n];
    Laid at = laid[static_cast<std::size_t>(node.parent)];
    if (node.parent == 0) {
      at.last = add_cells(at.last, fabric.ramp_latency(), 1);
    }
    for (const std::uint32_t link : node.links) {
      const int direction = static_cast<int>(link % 4);
      const bool turns = at.heading >= 0 && at.heading != direction;
      const std::size_t first = cells_.size();
      at.last =
          add_cells(at.last, fabric.hop_latency() - 1 + (turns ? fabric.turn_latency() : 0), 1);
      at.last = add_cell(at.last, fabric.places_per_hop() - fabric.hop_latency() + 1);
      if (const auto found = shared.find(link); found != shared.end()) {
        cells_[first].shared_link = found->second;
      }
      at.heading = direction;
    }
    if (node.kind == isa::RouteNode::Kind::sink) {
      add_sink(at.last, node, machine);
    }
    laid[n] = at;
  }
}

// Links as bits of a plane, the last register of the source's ramp too; the rest are cells.
void Fabric::lay_on_plane(const isa::RouteTree& tree, std::int32_t plane,
                          const arch::Machine& machine) {
  DenseColor& registers = planes_[static_cast<std::size_t>(plane)];
  const auto at = [&](TileId tile) {
    return place_of(static_cast<std::size_t>(plane), static_cast<std::int32_t>(tile.index()));
  };
  const TileId source = tree.nodes.front().tile;
  const std::int32_t behind = add_cells(add_source(tree), machine.fabric().ramp_latency() - 1, 1);
  heads_.push_back({behind, at(source)});
  registers.add_source(static_cast<std::int32_t>(source.index()), behind);
  for (const isa::RouteNode& node : tree.nodes) {
    for (const std::uint32_t link : node.links) {
      registers.add_link(static_cast<std::int32_t>(link / 4), static_cast<int>(link % 4) + 1);
    }
    if (node.kind == isa::RouteNode::Kind::sink) {
      registers.add_sink(static_cast<std::int32_t>(node.tile.index()),
                         add_sink(at(node.tile), node, machine));
    }
  }
}

void Fabric::lay_children() {
  const auto each = [&](auto&& f) {
    for (const Head& head : heads_) {
      f(cells_[static_cast<std::size_t>(head.cell)], head.place);
    }
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i].parent >= 0) {
        f(cells_[static_cast<std::size_t>(cells_[i].parent)], static_cast<std::int32_t>(i));
      }
    }
  };
  each([](Cell& parent, std::int32_t) { ++parent.child_count; });
  std::int32_t first = 0;
  for (Cell& cell : cells_) {
    cell.first_child = first;
    first += cell.child_count > 1 ? cell.child_count : 0;
  }
  children_.resize(static_cast<std::size_t>(first));
  std::vector<std::uint8_t> filled(cells_.size(), 0);
  each([&](Cell& parent, std::int32_t place) {
    auto& count = filled[static_cast<std::size_t>(&parent - cells_.data())];
    if (parent.child_count == 1) {
      parent.first_child = place;
    } else {
      children_[static_cast<std::size_t>(parent.first_child + count++)] = place;
    }
  });
}

}  // namespace weft::sim::word
