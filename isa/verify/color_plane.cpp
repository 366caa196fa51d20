// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/color_plane.h"

#include "isa/bundle.h"

namespace weft::isa {

bool ColorPlane::lay(const Bundle& bundle, int color) {
  cells_.assign(static_cast<std::size_t>(region_.area()), 0);
  rules_ = 0;
  for (const Route& route : bundle.routes()) {
    if (route.color() != color) {
      continue;
    }
    unsigned tx = 0;
    for (const int direction : route.tx()) {
      tx |= 1u << direction;
    }
    if (tx == 0 || (tx >> route.rx() & 1) != 0) {
      return false;
    }
    const auto cell = static_cast<std::uint8_t>(static_cast<unsigned>(route.rx()) | tx << 3);
    const weft::TileSet set = tile_set_of(route.tiles());
    for (int j = 0; j < set.y.count; ++j) {
      const int y = set.y.first + j * set.y.step - region_.y;
      std::uint8_t* row =
          &cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(region_.width)];
      for (int i = 0; i < set.x.count; ++i) {
        std::uint8_t& at = row[set.x.first + i * set.x.step - region_.x];
        if (at != 0) {
          return false;
        }
        at = cell;
      }
    }
    rules_ += set.size();
  }
  return true;
}

std::int64_t ColorPlane::next(std::size_t tile, int direction) const {
  constexpr int kDx[5] = {0, 1, 0, -1, 0};
  constexpr int kDy[5] = {0, 0, 1, 0, -1};
  const int x = static_cast<int>(tile) % region_.width + kDx[direction];
  const int y = static_cast<int>(tile) / region_.width + kDy[direction];
  return x < 0 || y < 0 || x >= region_.width || y >= region_.height
             ? -1
             : static_cast<std::int64_t>(y) * region_.width + x;
}

}  // namespace weft::isa
