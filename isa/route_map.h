// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "isa/bundle.pb.h"
#include "isa/route_tree.h"

namespace weft::isa {

/// The routes of a bundle, a byte a tile and color in use: what a wafer of a million tiles can
/// afford. For bundles the verifier accepted; route_tree.h finds the faults of others.
class RouteMap {
 public:
  RouteMap(const Bundle& bundle, const arch::Machine& machine);

  /// A point of the tree that `walk` reached; `id` counts from 0, the source.
  struct Point {
    RouteNode::Kind kind = RouteNode::Kind::source;
    std::int32_t id = 0;
    std::int32_t parent = -1;
    std::int32_t latency = 0;
    std::int32_t places = 0;
    std::int32_t x = 0;
    std::int32_t y = 0;
    std::int32_t branch = 0;  ///< its segment
  };
  /// A directed link of the segment `branch`, which a later point ends.
  struct Link {
    std::int32_t branch = 0;
    std::int32_t x = 0;
    std::int32_t y = 0;
    Direction direction = RAMP;
    std::int32_t latency = 0;  ///< from the begin of the segment until a word enters it
    std::int32_t places = 0;   ///< … of words between
  };

  /// True when the core of (x, y) may send on the color.
  bool is_source(int color, int x, int y) const;

  /// The way words of a color take to the core of (x, y).
  struct Way {
    std::int32_t x = 0, y = 0;  ///< the core that sends
    std::int64_t latency = 0;   ///< core to core: issued in t, consumed from t + latency on
    std::int64_t places = 0;
    std::int64_t hops = 0;
  };
  /// Nothing when the core may not receive on the color, or no core sends there.
  std::optional<Way> way_to(int color, int x, int y) const;

  /// Follows a color from the core of (x, y), parents before children; the source itself is not
  /// reported. Latency and places of a segment as in RouteNode.
  template <class OnPoint, class OnLink>
  void walk(int color, int x, int y, OnPoint&& on_point, OnLink&& on_link) const {
    const Rule rule = find(color, x, y);
    if (!rule.exists() || rule.rx() != RAMP) {
      return;
    }
    std::int32_t ids = 0;
    std::int32_t branches = 0;
    std::int64_t hops = 0;
    stack_.clear();
    stack_.push_back({x, y, RAMP, 0, ramp_, ramp_, 0, rule});
    while (!stack_.empty()) {
      At at = stack_.back();
      stack_.pop_back();
      const unsigned tx = at.rule.tx();
      const bool forks = (tx & (tx - 1)) != 0;
      if (forks && (at.latency > 0 || at.heading != RAMP)) {
        on_point(Point{RouteNode::Kind::fork, ++ids, at.parent, at.latency, at.places, at.x, at.y,
                       at.branch});
        at.parent = ids;
        at.latency = at.places = 0;
      }
      for (int direction = NORTH; direction >= RAMP; --direction) {
        if ((tx >> direction & 1) == 0) {
          continue;
        }
        const std::int32_t branch = forks ? ++branches : at.branch;
        if (direction == RAMP) {
          on_point(Point{RouteNode::Kind::sink, ++ids, at.parent, at.latency + ramp_ + 1,
                         at.places + ramp_ + queue_, at.x, at.y, branch});
          continue;
        }
        on_link(Link{branch, at.x, at.y, static_cast<Direction>(direction), at.latency, at.places});
        const int turn = at.heading != RAMP && at.heading != direction ? turn_ : 0;
        At next = at;
        next.branch = branch;
        next.latency += hop_ + turn;
        next.places += places_ + turn;
        next.heading = direction;
        next.x += kDx[direction];
        next.y += kDy[direction];
        next.rule = find(color, next.x, next.y);
        const bool meets = next.rule.exists() && next.rule.rx() == (direction + 1) % 4 + 1;
        if (!meets || ++hops > kMostHops) {
          on_point(Point{RouteNode::Kind::dead_end, ++ids, at.parent, next.latency, next.places,
                         next.x, next.y, branch});
          continue;
        }
        stack_.push_back(next);
      }
    }
  }

 private:
  static constexpr std::int64_t kMostHops = std::int64_t{1} << 26;  // a circle, which never ends
  static constexpr int kDx[5] = {0, 1, 0, -1, 0};
  static constexpr int kDy[5] = {0, 0, 1, 0, -1};
  /// rx, and a bit from 3 on for every tx; 0: no rule.
  struct Rule {
    std::uint8_t cell = 0;
    bool exists() const { return cell != 0; }
    int rx() const { return cell & 7; }
    unsigned tx() const { return cell >> 3; }  ///< bit d: direction d
  };
  struct At {
    int x, y, heading;
    std::int32_t parent, latency, places, branch;
    Rule rule;
  };
  void lay(const Route& route);
  Rule find(int color, int x, int y) const {
    const auto& cells = cells_[static_cast<std::size_t>(color)];
    if (cells.empty() || !region_.contains(x, y)) {
      return {};
    }
    return {
        cells[static_cast<std::size_t>(y - region_.y) * static_cast<std::size_t>(region_.width) +
              static_cast<std::size_t>(x - region_.x)]};
  }

  weft::Rect region_;
  std::vector<std::vector<std::uint8_t>> cells_;  ///< by color, row-major; empty: not in use
  int ramp_, hop_, turn_, places_, queue_;
  mutable std::vector<At> stack_;
};

}  // namespace weft::isa
