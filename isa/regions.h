// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"
#include "isa/program_state.h"

namespace weft::isa {

inline constexpr int kMostRegions = 1 << 10;
inline constexpr int kMostFirstIndex = 1 << 15;

/// Where the tiles of a bundle count their coordinates from: the corner of the one of its regions
/// they lie in, or of the extent (`Bundle.region`) where there are none; and their constants. Holds
/// rectangles in machine coordinates; made once a run.
class Regions {
 public:
  static constexpr int kNone = -1;

  explicit Regions(const Bundle& bundle);

  /// What the CSRs of the tile at (x, y) read; x, y count from the corner of the extent.
  Coordinates at(int x, int y) const;
  /// Of a tile by its number, row-major over the extent.
  Coordinates at(std::size_t tile) const {
    const auto width = static_cast<std::size_t>(extent_.width);
    return at(static_cast<int>(tile % width), static_cast<int>(tile / width));
  }
  /// Index into `Bundle.regions`, kNone: the tile lies in none.
  int of(int x, int y) const;
  int of(std::size_t tile) const {
    const auto width = static_cast<std::size_t>(extent_.width);
    return of(static_cast<int>(tile % width), static_cast<int>(tile / width));
  }
  /// Region.first_index where the tile lies.
  int first_index(std::size_t tile) const {
    const int region = of(tile);
    return region == kNone ? 0 : first_index_[static_cast<std::size_t>(region)];
  }
  const weft::Rect& extent() const { return extent_; }

 private:
  struct Constant {
    std::size_t index = 0;
    std::int32_t value = 0;
    weft::TileSet tiles;

    bool holds(int x, int y) const;
  };
  weft::Rect extent_;
  std::vector<weft::Rect> regions_;
  std::vector<int> first_index_;
  std::vector<Constant> constants_;
};

/// Region.first_index of the tiles of a bundle, for engines: no cost where no region has one.
class FirstIndex {
 public:
  explicit FirstIndex(const Bundle& bundle);

  int of(std::size_t tile) const { return by_tile_.empty() ? 0 : by_tile_[tile]; }

 private:
  std::vector<std::uint16_t> by_tile_;
};

/// Whether a load fills buffers of tiles in this region (kNone: of tiles in none).
inline bool fills(const Load& load, int region) {
  return load.region() == 0 || load.region() == region + 1;
}

}  // namespace weft::isa
