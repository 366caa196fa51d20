// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/rect.h"
#include "isa/route_map.h"
#include "sim/vector/groups.h"

namespace weft::sim::vector {

/// One operation of one group in a net: which slots it uses, -1: none.
struct Port {
  std::int32_t group = -1;
  std::int16_t in_slot = -1;
  std::int16_t out_slot = -1;
  auto operator<=>(const Port&) const = default;
};

/// A point of a tree of trains: where words are issued, forwarded or consumed by a core (`port`
/// >= 0), or copied by a router. The segment from its parent has latency and places.
struct NetNode {
  std::int32_t parent = -1;
  std::int32_t latency = 0;
  std::int32_t places = 0;
  std::int32_t dx = 0;  ///< from the root's tile
  std::int32_t dy = 0;
  std::int16_t port = -1;
  std::int16_t color = -1;  ///< of the segment from the parent
  bool operator==(const NetNode&) const = default;
};

/// Roots of trees of one shape: (x, y), (x + step_x, y + step_y), …
struct RootRun {
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::int32_t step_x = 0;
  std::int32_t step_y = 0;
  std::int32_t count = 0;
};

/// A link of a tree that trees of other colors use too, and how to tell when words are on it: from
/// the first word of the core above (plus the way) to the last word at the end of the segment.
struct SharedHop {
  std::int32_t dx = 0;  ///< of the tile it leaves, from the root's
  std::int32_t dy = 0;
  std::int32_t direction = 0;
  std::int32_t above = 0;    ///< node of the core above
  std::int32_t begin = 0;    ///< node at the begin of the segment
  std::int32_t end = 0;      ///< … at its end
  std::int32_t latency = 0;  ///< from the core above until a word enters it
  std::int32_t behind = 0;   ///< places from there to the end of the segment
  std::int32_t rest = 0;     ///< cycles, likewise
  bool operator==(const SharedHop&) const = default;
};

/// Trees of trains that differ by their place only; node 0 is the sender, parents come first.
struct TreeSet {
  std::vector<NetNode> nodes;
  std::vector<SharedHop> shared;
  std::vector<RootRun> roots;
  std::ptrdiff_t lanes = 0;  ///< trees in all
  bool branches = false;     ///< some point has several below it
};

/// Whether trees of several colors use a link, by (direction - 1) * tiles + tile; empty: none is.
using SharedLinks = std::vector<bool>;
inline std::size_t link_index(const Rect& region, int x, int y, int direction) {
  return static_cast<std::size_t>(((direction - 1) * region.height + y) * region.width + x);
}

/// All trains that operations of some groups make up together: senders, everyone who forwards or
/// receives their words. Its cycles can be worked out when all of its operations have started.
struct Net {
  std::vector<Port> ports;
  std::vector<TreeSet> sets;
  std::vector<std::int16_t> fork_colors;  ///< colors that routers copy
  bool pairs = false;  ///< one sending and one receiving port, a core hears one other
};

/// Nothing when a tile of a port is on no tree, or a tree leads to a core that does not listen.
std::optional<Net> make_net(std::span<const Port> ports, const Groups& groups,
                            const isa::RouteMap& routes, const Rect& region,
                            const SharedLinks& shared);

/// Slot of `color` among `colors`, -1: none.
int slot_of(std::span<const std::int16_t> colors, int color);

}  // namespace weft::sim::vector
