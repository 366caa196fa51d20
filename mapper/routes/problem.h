// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rect.h"
#include "base/result.h"
#include "isa/bundle.pb.h"

namespace weft::mapper::routes {

struct Tile {
  int x = 0;
  int y = 0;
  auto operator<=>(const Tile&) const = default;
};

/// The way out of a router, to one of its four neighbors.
struct Link {
  Tile from;
  isa::Direction way = isa::EAST;
  auto operator<=>(const Link&) const = default;
};

/// Words that go from one core to one or more others, on a color of their own.
struct Flow {
  std::string name;
  Tile source;
  std::vector<Tile> sinks;
  std::int64_t words = 1;  ///< how much goes there: large flows choose first and weigh more
  int first = 0;           ///< phases of the program in which its words are under way
  int last = 0;
  int color = -1;  ///< the one it is to have; -1: any

  bool lives_with(const Flow& other) const { return first <= other.last && other.first <= last; }
};

/// Flows to be routed on a mesh.
///
/// A router has one rule a color, from the first cycle to the last: that a flow is done does not
/// free its color. So two flows may have one color where no router is on both their ways, or where
/// all of both ways is the same, which is one source and the same sinks, and they do not live
/// together. What a live range does free are links: flows that live apart may share one.
struct Problem {
  int width = 0;
  int height = 0;
  int colors = 0;  ///< of a router
  std::vector<weft::Rect> blocked;
  std::vector<Link> blocked_links;
  bool share_links = false;  ///< flows that live together may, too; it is avoided, by words
  std::vector<Flow> flows;
};

/// The way of a flow as a tree of tiles; parents stand before their children.
struct TreeTile {
  Tile tile;
  int parent = -1;  ///< -1: the source
  auto operator<=>(const TreeTile&) const = default;
};
using Tree = std::vector<TreeTile>;

struct Solution {
  std::vector<Tree> trees;  ///< by flow
  std::vector<int> colors;  ///< by flow
  int rounds = 0;           ///< in which ways were torn up and found anew
  int rerouted = 0;         ///< flows that do not go by their XY tree
};

/// Whether the problem can have a solution at all, as far as one look says: sources and sinks on
/// the machine and not blocked, every sink within reach, links enough around every tile. Errors:
/// input, a line for each fault with what to unblock.
Status check(const Problem& problem);

/// Empty when `solution` solves `problem`, else what is wrong. Knows nothing of how it was found.
std::string verify(const Problem& problem, const Solution& solution);

/// The rules of all routers, tiles that do the same as few strided sets.
std::vector<isa::Route> to_routes(const Problem& problem, const Solution& solution);

}  // namespace weft::mapper::routes
