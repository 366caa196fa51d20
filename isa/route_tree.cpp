// SPDX-License-Identifier: Apache-2.0
#include "isa/route_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "isa/bundle.h"

namespace weft::isa {
namespace {

constexpr std::array<int, 5> kDx = {0, 1, 0, -1, 0};
constexpr std::array<int, 5> kDy = {0, 0, 1, 0, -1};

constexpr int opposite(int direction) { return direction == RAMP ? RAMP : (direction + 1) % 4 + 1; }

/// rx and tx mask of one color on one tile; 0: no rule.
struct Rule {
  std::uint8_t rx = 0;
  std::uint8_t tx = 0;  // bit d: direction d
  bool traced = false;  // from a source, or looked at by find_circles
};

/// Latency, places and links gathered since the last node.
struct Path {
  std::int32_t parent = 0;
  std::int32_t latency = 0;
  std::int32_t places = 0;
  int heading = RAMP;  // direction of the last link, RAMP at the source
  std::vector<std::uint32_t> links;
};

class Tracer {
 public:
  Tracer(const Bundle& bundle, const arch::Machine& machine)
      : fabric_(machine.fabric()),
        queue_(machine.tile().input_queue_words()),
        width_(machine.grid().width()),
        height_(machine.grid().height()) {
    rules_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) *
                  static_cast<std::size_t>(fabric_.colors()));
    for (const Route& route : bundle.routes()) {
      add(route);
    }
  }

  RouteTrees trace() {
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        for (int color = 0; color < fabric_.colors(); ++color) {
          const Rule& rule = rule_at(x, y, color);
          if (rule.tx != 0 && rule.rx == RAMP) {
            trace_tree(x, y, color);
          }
        }
      }
    }
    find_circles();
    return std::move(result_);
  }

 private:
  Rule& rule_at(int x, int y, int color) {
    return rules_[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                   static_cast<std::size_t>(x)) *
                      static_cast<std::size_t>(fabric_.colors()) +
                  static_cast<std::size_t>(color)];
  }
  TileId tile(int x, int y) const { return TileId(static_cast<std::uint32_t>(y * width_ + x)); }

  void fault(std::string text) {
    if (result_.faults.size() < 20) {
      result_.faults.push_back(std::move(text));
    }
  }

  void add(const Route& route) {
    const weft::TileSet set = tile_set_of(route.tiles());
    if (route.color() < 0 || route.color() >= fabric_.colors()) {
      return fault(fmt::format("route of color c{}: the machine has c0 to c{}; take one of those",
                               route.color(), fabric_.colors() - 1));
    }
    const auto known = [](int direction) { return direction >= RAMP && direction <= NORTH; };
    if (!known(route.rx()) || !std::all_of(route.tx().begin(), route.tx().end(), known)) {
      return fault(
          fmt::format("route of color c{}: a direction is none of ramp, east, south, west "
                      "and north",
                      route.color()));
    }
    std::uint8_t tx = 0;
    for (const int direction : route.tx()) {
      tx |= static_cast<std::uint8_t>(1 << direction);
    }
    if (tx == 0 || (tx >> route.rx() & 1) != 0) {
      return fault(fmt::format("route of color c{}: words from {} must leave another way",
                               route.color(), Direction_Name(route.rx())));
    }
    for (int j = 0; j < set.y.count; ++j) {
      for (int i = 0; i < set.x.count; ++i) {
        const int x = set.x.first + i * set.x.step;
        const int y = set.y.first + j * set.y.step;
        if (x < 0 || y < 0 || x >= width_ || y >= height_) {
          return fault(fmt::format("route of color c{}: tile ({},{}) is outside the {}x{} machine",
                                   route.color(), x, y, width_, height_));
        }
        Rule& rule = rule_at(x, y, route.color());
        if (rule.tx != 0) {
          return fault(fmt::format("color c{} has two routes on tile ({},{}); drop one",
                                   route.color(), x, y));
        }
        rule = {static_cast<std::uint8_t>(route.rx()), tx};
      }
    }
  }

  void trace_tree(int x, int y, int color) {
    tree_ = {color, {}};
    RouteNode source;
    source.tile = tile(x, y);
    tree_.nodes.push_back(source);
    Path path;
    path.latency = path.places = fabric_.ramp_latency();
    leave(x, y, rule_at(x, y, color), path);
    result_.trees.push_back(std::move(tree_));
  }

  std::int32_t add_node(RouteNode::Kind kind, int x, int y, const Path& path) {
    const auto index = static_cast<std::int32_t>(tree_.nodes.size());
    tree_.nodes.push_back(
        {kind, path.parent, path.latency, path.places, tile(x, y), {}, path.links});
    tree_.nodes[static_cast<std::size_t>(path.parent)].children.push_back(index);
    return index;
  }

  // Words on the router of (x, y) go to every tx of its rule; more than one is a fork, which at the
  // source of a machine without ramp registers is the issue itself.
  void leave(int x, int y, const Rule& rule, Path path) {
    const bool forks = (rule.tx & (rule.tx - 1)) != 0;
    if (forks && (path.latency > 0 || path.heading != RAMP)) {
      path = {add_node(RouteNode::Kind::fork, x, y, path), 0, 0, path.heading, {}};
    }
    for (int direction = RAMP; direction <= NORTH; ++direction) {
      if ((rule.tx >> direction & 1) == 0) {
        continue;
      }
      Path branch = path;
      if (direction == RAMP) {
        branch.latency += fabric_.ramp_latency() + 1;
        branch.places += fabric_.ramp_latency() + queue_;
        add_node(RouteNode::Kind::sink, x, y, branch);
      } else {
        hop(x, y, direction, branch);
      }
    }
  }

  void hop(int x, int y, int direction, Path path) {
    const int turn = path.heading != RAMP && path.heading != direction ? fabric_.turn_latency() : 0;
    path.latency += fabric_.hop_latency() + turn;
    path.places += fabric_.places_per_hop() + turn;
    path.links.push_back(tile(x, y).index() * 4 + static_cast<std::uint32_t>(direction - 1));
    path.heading = direction;
    const int nx = x + kDx[static_cast<std::size_t>(direction)];
    const int ny = y + kDy[static_cast<std::size_t>(direction)];
    if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) {
      fault(fmt::format("color c{} leaves the machine at tile ({},{}); end it in a ramp or turn it",
                        tree_.color, x, y));
      add_node(RouteNode::Kind::dead_end, x, y, path);
      return;
    }
    Rule& rule = rule_at(nx, ny, tree_.color);
    if (rule.tx == 0 || rule.rx != opposite(direction)) {
      const std::string from = Direction_Name(static_cast<Direction>(opposite(direction)));
      fault(rule.tx == 0
                ? fmt::format("color c{} from tile ({},{}) is not routed on at tile ({},{}); give "
                              "that tile a route of the color from {}",
                              tree_.color, x, y, nx, ny, from)
                : fmt::format("color c{} from tile ({},{}) comes to tile ({},{}) from {}, which "
                              "takes the color from {}: a color has one way into a tile; give one "
                              "of the two another color",
                              tree_.color, x, y, nx, ny, from,
                              Direction_Name(static_cast<Direction>(rule.rx))));
      add_node(RouteNode::Kind::dead_end, nx, ny, path);
      return;
    }
    rule.traced = true;
    leave(nx, ny, rule, std::move(path));
  }

  // Rules no source reaches, followed against the flow: each has one way in, so a tile met again is
  // on a circle.
  void find_circles() {
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        for (int color = 0; color < fabric_.colors(); ++color) {
          find_circle(x, y, color);
        }
      }
    }
  }

  void find_circle(int x, int y, int color) {
    seen_.clear();
    while (x >= 0 && y >= 0 && x < width_ && y < height_) {
      Rule& rule = rule_at(x, y, color);
      if (rule.tx == 0 || rule.rx == RAMP) {
        return;
      }
      if (seen_.contains({x, y})) {
        return fault(fmt::format(
            "color c{} runs in a circle through tile ({},{}), with no core to begin at; "
            "give it a route from a ramp",
            color, x, y));
      }
      if (rule.traced) {
        return;
      }
      rule.traced = true;
      seen_.insert({x, y});
      const int out = opposite(rule.rx);
      x += kDx[rule.rx];
      y += kDy[rule.rx];
      const bool inside = x >= 0 && y >= 0 && x < width_ && y < height_;
      if (!inside || (rule_at(x, y, color).tx >> out & 1) == 0) {
        return;
      }
    }
  }

  const arch::Fabric& fabric_;
  int queue_, width_, height_;
  std::vector<Rule> rules_;
  std::set<std::pair<int, int>> seen_;  // of find_circle
  RouteTree tree_;
  RouteTrees result_;
};

}  // namespace

RouteTrees trace_routes(const Bundle& bundle, const arch::Machine& machine) {
  return Tracer(bundle, machine).trace();
}

std::vector<LinkAt> links_at(const RouteTree& tree, std::size_t node, const arch::Fabric& fabric) {
  const RouteNode& end = tree.nodes[node];
  const int ramp = end.parent == 0 ? fabric.ramp_latency() : 0;
  LinkAt at{ramp, ramp};
  int heading = -1;
  for (std::int32_t above = end.parent; above >= 0 && heading < 0;
       above = tree.nodes[static_cast<std::size_t>(above)].parent) {
    const auto& links = tree.nodes[static_cast<std::size_t>(above)].links;
    heading = links.empty() ? -1 : static_cast<int>(links.back() % 4);
  }
  std::vector<LinkAt> places;
  for (const std::uint32_t link : end.links) {
    places.push_back(at);
    const int direction = static_cast<int>(link % 4);
    const int turn = heading >= 0 && heading != direction ? fabric.turn_latency() : 0;
    at.latency += fabric.hop_latency() + turn;
    at.places += fabric.places_per_hop() + turn;
    heading = direction;
  }
  return places;
}

}  // namespace weft::isa
