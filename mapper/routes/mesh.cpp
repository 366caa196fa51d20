// SPDX-License-Identifier: Apache-2.0
#include "mapper/routes/mesh.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::mapper::routes {

Mesh::Mesh(const Problem& problem)
    : width_(problem.width),
      height_(problem.height),
      blocked_(static_cast<std::size_t>(problem.width) * static_cast<std::size_t>(problem.height)) {
  for (const weft::Rect& rect : problem.blocked) {
    for (int y = std::max(0, rect.y); y < std::min(height_, rect.y + rect.height); ++y) {
      for (int x = std::max(0, rect.x); x < std::min(width_, rect.x + rect.width); ++x) {
        blocked_[index(Tile{x, y})] |= 1U;
      }
    }
  }
  for (const Link& link : problem.blocked_links) {
    if (holds(link.from)) {
      blocked_[index(link.from)] |=
          static_cast<std::uint8_t>(1U << static_cast<unsigned>(link.way));
    }
  }
}

std::vector<Link> links_of(const Tree& tree) {
  std::vector<Link> links;
  for (const TreeTile& node : tree) {
    if (node.parent >= 0) {
      const Tile from = tree[static_cast<std::size_t>(node.parent)].tile;
      links.push_back({from, way_to(from, node.tile)});
    }
  }
  return links;
}

std::string text_of(Tile tile) { return fmt::format("({},{})", tile.x, tile.y); }

std::string text_of(const Link& link) {
  constexpr std::array<const char*, 5> names = {"ramp", "east", "south", "west", "north"};
  return fmt::format("({},{}) {}", link.from.x, link.from.y,
                     names[static_cast<std::size_t>(link.way)]);
}

}  // namespace weft::mapper::routes
