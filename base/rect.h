// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>

namespace weft {

/// A half-open rectangle of tiles: x in [x, x + width), y in [y, y + height).
struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  constexpr bool contains(int px, int py) const {
    return px >= x && px < x + width && py >= y && py < y + height;
  }
  constexpr long long area() const { return static_cast<long long>(width) * height; }
  auto operator<=>(const Rect&) const = default;
};

/// Every `step`-th index of one axis: first, first + step, … (count of them).
struct Stride {
  int first = 0;
  int step = 1;
  int count = 0;

  constexpr bool contains(int i) const {
    return i >= first && (i - first) % step == 0 && (i - first) / step < count;
  }
  auto operator<=>(const Stride&) const = default;
};

/// A rectangle of tiles with strides: the product of two Stride axes, in machine coordinates.
struct TileSet {
  Stride x;
  Stride y;

  constexpr bool contains(int px, int py) const { return x.contains(px) && y.contains(py); }
  constexpr long long size() const { return static_cast<long long>(x.count) * y.count; }
  auto operator<=>(const TileSet&) const = default;
};

}  // namespace weft
