// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/quantity.h"
#include "isa/bundle.pb.h"

namespace weft::isa {

/// A point of a color's tree where words are counted: where they are issued, fork, or are consumed.
/// The segment from the parent adds `latency` cycles and holds `places` words:
///   leave(w) = max(leave(w-1) + 1, leave_parent(w) + latency, leave_child(w - places) for every
///   child)
/// (docs/timing_model.md, "Places and back-pressure").
struct RouteNode {
  enum class Kind : std::uint8_t {
    source,    ///< the core that issues
    fork,      ///< a router that copies words
    sink,      ///< a core that consumes
    dead_end,  ///< a router without a rule: words stop here (the verifier refuses it)
  };
  Kind kind = Kind::source;
  std::int32_t parent = -1;
  std::int32_t latency = 0;
  std::int32_t places = 0;
  TileId tile;
  std::vector<std::int32_t> children;
  /// Directed links of the segment: tile * 4 + direction - 1 (EAST = 0 … NORTH = 3).
  std::vector<std::uint32_t> links;
};

/// All routes of one color from one source; node 0 is the source.
struct RouteTree {
  std::int32_t color = 0;
  std::vector<RouteNode> nodes;
};

struct RouteTrees {
  std::vector<RouteTree> trees;
  /// What the rules get wrong, one clear line each; the trees are usable all the same.
  std::vector<std::string> faults;
};

/// From the begin of a segment until a word enters one of its links.
struct LinkAt {
  std::int32_t latency = 0;
  std::int32_t places = 0;  ///< of words between
};
/// Where the links of the segment that ends at `node` lie on it.
std::vector<LinkAt> links_at(const RouteTree& tree, std::size_t node, const arch::Fabric& fabric);

/// Follows the rules of a bundle from every tile that takes words of a color from its ramp.
RouteTrees trace_routes(const Bundle& bundle, const arch::Machine& machine);

}  // namespace weft::isa
