// SPDX-License-Identifier: Apache-2.0
// Words on planes: all at once while many move, one by one while few do.
#include <algorithm>

#include "sim/word/fabric.h"

namespace weft::sim::word {

bool Fabric::is_still() const {
  if (!next_.empty()) {
    return false;
  }
  for (std::size_t p = 0; p < planes_.size(); ++p) {
    if (plane_states_[p].sweeps && planes_[p].entered() > 0) {
      return false;
    }
  }
  return true;
}

// A sweep costs by the plane, a move by the word. Words that may move of themselves are those that
// moved in the cycle before: bits of a plane that sweeps, in the list of one that does not.
void Fabric::begin_planes() {
  constexpr std::int64_t kPlaneWordsAMove = 4;  // a move one by one costs as much as sweeping these
  if (planes_.empty()) {
    return;
  }
  for (const std::int32_t place : active_) {
    if (place < kNone) {
      planes_[plane_of(place)].forget_fresh(tile_of(place));
    }
  }
  for (std::size_t p = 0; p < planes_.size(); ++p) {
    DenseColor& plane = planes_[p];
    PlaneState& state = plane_states_[p];
    const bool many =
        plane.entered() * kPlaneWordsAMove >= static_cast<std::int64_t>(plane.words_a_plane());
    const bool sweeps = dense_ == DenseMoves::always || many;
    if (state.sweeps && !sweeps) {
      scratch_.clear();
      plane.fresh_tiles(scratch_);
      for (const std::int32_t tile : scratch_) {
        active_.push_back(place_of(p, tile));
      }
    }
    const bool moved = plane.entered() > 0;
    if (state.sweeps) {
      plane.forget_all_fresh();
    }
    plane.forget_entered();
    state = {sweeps, false, moved};
  }
}

void Fabric::sweep_planes() {
  for (std::size_t p = 0; p < planes_.size(); ++p) {
    PlaneState& state = plane_states_[p];
    if (state.sweeps && state.stirred) {
      scratch_.clear();
      delivered_.clear();
      hops_ += planes_[p].sweep(delivered_, scratch_);
      ++sweeps_;
      for (const std::int32_t tile : delivered_) {
        enter(planes_[p].end_cell(tile));
      }
      for (const std::int32_t tile : scratch_) {
        freed_.push_back(planes_[p].end_cell(tile));
      }
    }
    state.swept = true;
  }
}

void Fabric::enter_plane(std::int32_t place) {
  const std::size_t p = plane_of(place);
  planes_[p].enter(tile_of(place));
  if (!plane_states_[p].sweeps) {
    next_.push_back(place);
  }
}

// Moves one word if it can move; returns the place behind it, which may follow, or kNone. Before a
// sweep it leaves the word to that.
std::int32_t Fabric::move_on_plane(std::int32_t place) {
  const std::size_t p = plane_of(place);
  PlaneState& state = plane_states_[p];
  if (state.sweeps && !state.swept) {
    state.stirred = true;
    return kNone;
  }
  DenseColor& plane = planes_[p];
  const std::int32_t tile = tile_of(place);
  scratch_.clear();
  if (!plane.try_to_move(tile, scratch_)) {
    return kNone;
  }
  ++hops_;
  if (!state.sweeps) {
    for (const std::int32_t to : scratch_) {
      next_.push_back(place_of(p, to));
    }
  }
  if (plane.delivers(tile)) {
    enter(plane.end_cell(tile));
  }
  return parent(place);
}

}  // namespace weft::sim::word
