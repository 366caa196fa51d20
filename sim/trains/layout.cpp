// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/fabric/sharing.h"
#include "sim/trains/engine.h"

namespace weft::sim::trains {

namespace {

/// Cycles and places since the last point of a tree.
struct Stretch {
  std::int32_t latency = 0;
  std::int32_t places = 0;
};

}  // namespace

std::int32_t Engine::add_point(Point point) {
  const auto index = static_cast<std::int32_t>(points_.size());
  const bool relays = point.kind == isa::RouteNode::Kind::fork;
  if (relays) {
    point.flow = static_cast<std::int32_t>(flows_.size());
    Flow flow;
    flow.in = flow.out = index;
    flows_.push_back(flow);
  }
  points_.push_back(point);
  return index;
}

// The points of a tree: its own, and one before each link where words of other trees join in and
// words of this one can be waiting.
void Engine::lay_tree(std::int32_t number) {
  using Kind = isa::RouteNode::Kind;
  const isa::RouteTree& tree = routes_.trees[static_cast<std::size_t>(number)];
  const arch::Fabric& fabric = machine_.fabric();
  struct Laid {
    std::int32_t point = kNone;
    int heading = -1;  // direction of the last link, -1: none yet
  };
  std::vector<Laid> laid(tree.nodes.size());
  Point source;
  source.tree = number;
  source.tile = tile_at(tree.nodes[0].tile);
  laid[0].point = add_point(source);
  source_of_tree_.push_back(laid[0].point);
  for (std::size_t n = 1; n < tree.nodes.size(); ++n) {
    const isa::RouteNode& node = tree.nodes[n];
    Laid at = laid[static_cast<std::size_t>(node.parent)];
    Stretch stretch;
    if (node.parent == 0) {
      stretch = {fabric.ramp_latency(), fabric.ramp_latency()};
    }
    const auto end_stretch = [&](Kind kind) {
      Point point;
      point.kind = kind;
      point.tree = number;
      point.parent = at.point;
      point.latency = stretch.latency;
      point.places = stretch.places;
      at.point = add_point(point);
      stretch = {};
    };
    for (const std::uint32_t link : node.links) {
      const int direction = static_cast<int>(link % 4);
      const std::int32_t joined = joins_.empty() ? kNone : joins_[link];
      if (joined != kNone) {
        if (stretch.latency > 0) {
          end_stretch(Kind::fork);
        }
        wants_.emplace_back(at.point, joined);
      }
      const std::int32_t turn =
          at.heading >= 0 && at.heading != direction ? fabric.turn_latency() : 0;
      stretch.latency += fabric.hop_latency() + turn;
      stretch.places += fabric.places_per_hop() + turn;
      at.heading = direction;
    }
    if (node.kind == Kind::sink) {
      stretch.latency += fabric.ramp_latency() + 1;
      stretch.places += fabric.ramp_latency() + machine_.tile().input_queue_words();
    }
    end_stretch(node.kind);
    points_[static_cast<std::size_t>(at.point)].tile = tile_at(node.tile);
    laid[n] = at;
  }
}

std::int32_t Engine::tile_at(TileId id) const {
  const int x = static_cast<int>(id.index()) % machine_.grid().width();
  const int y = static_cast<int>(id.index()) / machine_.grid().width();
  return region_.contains(x, y) ? (y - region_.y) * region_.width + x - region_.x : kNone;
}

void Engine::lay_out() {
  routes_ = isa::trace_routes(bundle_, machine_);
  const Sharing sharing = find_sharing(routes_);
  for (const Sharing::Link& link : sharing.links) {
    if (link.joins) {
      joins_.resize(static_cast<std::size_t>(machine_.grid().width()) *
                        static_cast<std::size_t>(machine_.grid().height()) * 4,
                    kNone);
      joins_[link.link] = static_cast<std::int32_t>(links_.size());
      links_.emplace_back();
    }
  }
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    lay_tree(static_cast<std::int32_t>(t));
  }
  lay_children();
  lay_uses();
  for (std::size_t p = 0; p < points_.size(); ++p) {
    const Point& point = points_[p];
    if (point.tile == kNone || tiles_[static_cast<std::size_t>(point.tile)].script == kNone) {
      continue;
    }
    Tile& tile = tiles_[static_cast<std::size_t>(point.tile)];
    const auto color =
        static_cast<std::size_t>(routes_.trees[static_cast<std::size_t>(point.tree)].color);
    if (point.kind == isa::RouteNode::Kind::source) {
      tile.sources[color] = static_cast<std::int32_t>(p);
    } else if (point.kind == isa::RouteNode::Kind::sink) {
      tile.sinks[color] = static_cast<std::int32_t>(p);
    }
  }
}

void Engine::lay_children() {
  for (const Point& point : points_) {
    if (point.parent != kNone) {
      ++points_[static_cast<std::size_t>(point.parent)].child_count;
    }
  }
  std::int32_t first = 0;
  for (Point& point : points_) {
    point.first_child = first;
    first += point.child_count;
    point.child_count = 0;
  }
  children_.resize(static_cast<std::size_t>(first));
  for (std::size_t p = 0; p < points_.size(); ++p) {
    if (points_[p].parent != kNone) {
      Point& parent = points_[static_cast<std::size_t>(points_[p].parent)];
      children_[static_cast<std::size_t>(parent.first_child + parent.child_count++)] =
          static_cast<std::int32_t>(p);
    }
  }
}

void Engine::lay_uses() {
  std::sort(wants_.begin(), wants_.end());
  for (const auto& [index, link] : wants_) {
    Point& point = points_[static_cast<std::size_t>(index)];
    point.first_use =
        point.use_count++ == 0 ? static_cast<std::int32_t>(link_uses_.size()) : point.first_use;
    auto& uses = links_[static_cast<std::size_t>(link)].uses;
    link_uses_.push_back({link, static_cast<std::int32_t>(uses.size())});
    uses.push_back({index, 0});
  }
  wants_.clear();
}

}  // namespace weft::sim::trains
