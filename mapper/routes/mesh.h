// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mapper/routes/problem.h"

namespace weft::mapper::routes {

inline constexpr std::array<isa::Direction, 4> kWays = {isa::EAST, isa::SOUTH, isa::WEST,
                                                        isa::NORTH};

constexpr Tile step(Tile tile, isa::Direction way) {
  constexpr std::array<int, 5> dx = {0, 1, 0, -1, 0};
  constexpr std::array<int, 5> dy = {0, 0, 1, 0, -1};
  const auto i = static_cast<std::size_t>(way);
  return {tile.x + dx[i], tile.y + dy[i]};
}

constexpr isa::Direction opposite(isa::Direction way) {
  constexpr std::array<isa::Direction, 5> back = {isa::RAMP, isa::WEST, isa::NORTH, isa::EAST,
                                                  isa::SOUTH};
  return back[static_cast<std::size_t>(way)];
}

/// From a tile to its neighbor; RAMP when it is none.
constexpr isa::Direction way_to(Tile from, Tile to) {
  for (const isa::Direction way : kWays) {
    if (step(from, way) == to) {
      return way;
    }
  }
  return isa::RAMP;
}

/// The machine of a problem with what is blocked, by index.
class Mesh {
 public:
  explicit Mesh(const Problem& problem);

  int width() const { return width_; }
  int height() const { return height_; }
  bool holds(Tile tile) const {
    return tile.x >= 0 && tile.y >= 0 && tile.x < width_ && tile.y < height_;
  }
  std::size_t tiles() const { return blocked_.size(); }
  std::size_t index(Tile tile) const {
    return static_cast<std::size_t>(tile.y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(tile.x);
  }
  std::size_t index(const Link& link) const {
    return index(link.from) * 4 + static_cast<std::size_t>(link.way) - 1;
  }
  bool is_blocked(Tile tile) const { return !holds(tile) || (blocked_[index(tile)] & 1U) != 0; }
  /// Whether words may take it: the link itself, its ends and the rim of the machine.
  bool is_open(const Link& link) const {
    return !is_blocked(link.from) && !is_blocked(step(link.from, link.way)) && !is_cut(link);
  }
  bool is_cut(const Link& link) const {
    return (blocked_[index(link.from)] >> static_cast<unsigned>(link.way) & 1U) != 0;
  }

 private:
  int width_;
  int height_;
  std::vector<std::uint8_t> blocked_;  ///< bit 0: the tile; bit of a direction: the link
};

/// Links of a tree, in the order of its tiles.
std::vector<Link> links_of(const Tree& tree);

/// "(3,4)" and "(3,4) east", for messages.
std::string text_of(Tile tile);
std::string text_of(const Link& link);

}  // namespace weft::mapper::routes
