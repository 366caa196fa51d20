// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"

namespace weft::isa {

/// The routing rules of one color over the region, a byte a tile.
class ColorPlane {
 public:
  explicit ColorPlane(const weft::Rect& region) : region_(region) {}

  /// Takes the routes of another color. False when one makes no sense, or two meet on a tile.
  bool lay(const Bundle& bundle, int color);

  std::int64_t rules() const { return rules_; }
  /// No direction leads out: no rule.
  bool leads(std::size_t tile, int direction) const {
    return (cells_[tile] >> (3 + direction) & 1) != 0;
  }
  bool empty(std::size_t tile) const { return cells_[tile] == 0; }
  bool forks(std::size_t tile) const {
    const int tx = cells_[tile] >> 3;
    return (tx & (tx - 1)) != 0;
  }
  int from(std::size_t tile) const { return cells_[tile] & 7; }
  /// The next tile in a direction, -1 outside the region.
  std::int64_t next(std::size_t tile, int direction) const;

 private:
  weft::Rect region_;
  std::vector<std::uint8_t> cells_;  ///< rx, and a bit from 3 on for every tx; 0: no rule
  std::int64_t rules_ = 0;
};

constexpr int opposite_of(int direction) { return (direction + 1) % 4 + 1; }

}  // namespace weft::isa
