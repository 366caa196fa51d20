// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"

namespace weft::mapper {

/// What a tile is in the ring of one axis: tiles of one place run the same program. Colors are
/// numbers of the ring, 0 to 2.
struct RingPlace {
  int out = -1;      ///< of the stream to the next tile of the ring; -1: a ring of one
  int in = -1;       ///< of the stream from the one before
  bool odd = false;  ///< position

  auto operator<=>(const RingPlace&) const = default;
};

/// The positions 0 … length-1 of a line as a ring without a long way back: even positions ascend,
/// odd ones descend, so that neighbors in the ring are one or two hops apart, which is the least a
/// ring on a line can have. A stream has the color of the position it passes (or ends at, where it
/// passes none) mod 3: at no router two streams of one color meet.
class Ring {
 public:
  static constexpr int kColors = 3;

  explicit Ring(int length) : length_(length) {}

  int length() const { return length_; }
  /// Colors each direction takes: 3, or as many as there are tiles, or none for one tile.
  int colors() const { return length_ == 1 ? 0 : length_ < kColors ? length_ : kColors; }
  /// Hops of the longest stream.
  int hops() const { return length_ < 3 ? length_ - 1 : 2; }

  int rank(int position) const;  ///< place in the ring, 0 being position 0
  int next(int position) const;
  int previous(int position) const;
  int color(int position) const;  ///< of the stream from `position` to the next
  RingPlace place(int position) const;
  /// Positions by place, in order of the places.
  std::vector<std::pair<RingPlace, std::vector<int>>> places() const;

  /// Routes of all streams along an axis of `region`, the same on all its lines. `backward`: from
  /// each tile to the one before, as the streams forward turned round. `colors` has colors() of
  /// them.
  std::vector<isa::Route> routes(const weft::Rect& region, bool along_x, bool backward,
                                 const int* colors) const;

 private:
  int length_;
};

}  // namespace weft::mapper
