// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/rect.h"
#include "sim/timeline/run_timeline.h"

namespace weft::sim {

/// Over how many links of which cells a train of one word goes, in runs of cells that are alike.
struct LinkFootprint {
  struct Run {
    std::int32_t cell = 0;
    std::int32_t cells = 0;
    std::uint32_t links = 0;  ///< of each
  };
  std::vector<Run> runs;

  LinkFootprint() = default;
  /// `links`: by cell; none outside [first, last].
  LinkFootprint(const std::vector<std::int32_t>& links, std::size_t first, std::size_t last);
  /// `cells`: that of each link, in order.
  explicit LinkFootprint(std::span<const std::int32_t> cells);

 private:
  void add(std::int32_t cell, std::uint32_t links);
};

/// Collects a timeline while a run lasts, in memory that does not depend on how long that is: when
/// slices run out, two become one. Engines tell what a tile spent since they last did, a tile's
/// stretches in order of time; each is spread evenly. Times are those of the run: what passed by is
/// taken off here.
class TimelineRecorder {
 public:
  /// Bins that are told; the rest of a slice is idle.
  static constexpr std::size_t kTold = kBins - 1;
  using Spent = std::array<std::int64_t, kTold>;

  TimelineRecorder(const Rect& region, const TimelineLimits& limits);

  /// What a tile spent in [from, to) of the run's time, in cycles that sum to no more than to -
  /// from. Where iterations passed by in between they are left out: of waiting, input first.
  void spent(std::int32_t tile, std::int64_t from, std::int64_t to, Spent cycles);
  /// The same where `from` was taken down by simulated() before iterations passed by.
  void spent_since(std::int32_t tile, std::int64_t simulated_from, std::int64_t to,
                   const Spent& cycles) {
    to -= removed_;
    const auto index = static_cast<std::size_t>(tile);
    const std::int64_t slice = in_slice_[index];
    if (simulated_from >> shift_ == slice && (to - 1) >> shift_ == slice) {
      std::int64_t told = 0;
      for (const std::int64_t part : cycles) {
        told += part;
      }
      if (told <= to - simulated_from) {
        for (std::size_t bin = 0; bin < kTold; ++bin) {
          open_[index].cycles[bin] += static_cast<std::int32_t>(cycles[bin]);
        }
        return;
      }
    }
    if (to > simulated_from) {
      spread(tile, simulated_from, to, cycles);
    }
  }
  /// What a tile spent in one bin, not idle: [from, to) of simulated time.
  void spent_in(std::int32_t tile, Bin bin, std::int64_t from, std::int64_t to) {
    const auto index = static_cast<std::size_t>(tile);
    const std::int64_t slice = in_slice_[index];
    if (from >> shift_ == slice && (to - 1) >> shift_ == slice) {
      open_[index].cycles[static_cast<std::size_t>(bin)] += static_cast<std::int32_t>(to - from);
      return;
    }
    Spent cycles{};
    cycles[static_cast<std::size_t>(bin)] = to - from;
    spread(tile, from, to, cycles);
  }
  /// A tile is about to be told of.
  void soon(std::size_t tile) const {
    if (tile < open_.size()) {
      __builtin_prefetch(kept_.data() + at(in_slice_[tile], cell_of_[tile]), 1);
    }
  }
  std::int64_t simulated(std::int64_t cycle) const { return cycle - removed_; }
  std::int64_t slice() const { return slice_; }
  /// One past the last cycle of the slice that a cycle lies in.
  std::int64_t end_of_slice(std::int64_t cycle) const { return ((cycle >> shift_) + 1) << shift_; }
  /// Of a tile of the region.
  std::int32_t cell_at(int x, int y) const {
    return (y >> scale_shift_) * width_ + (x >> scale_shift_);
  }
  /// Tile i that is told of is the one at places[i], row-major over the region: engines that visit
  /// tiles in another order tell them by theirs. Before anything is told.
  void number_tiles(std::span<const std::int32_t> places);
  int scale() const { return scale_; }
  int width() const { return width_; }
  int height() const { return height_; }

  /// Words issued on trees of this footprint between two moments of simulated time.
  void sent(const LinkFootprint& footprint, std::int64_t from, std::int64_t to, std::int64_t words);

  /// All tiles jumped by iterations * period cycles; `at`: where, in the run's time before the
  /// jump.
  void added(std::int64_t at, std::int64_t iterations, std::int64_t period);

  /// Of a run of so many cycles.
  RunTimeline take(std::int64_t cycles);

 private:
  static constexpr std::size_t kKept = kTold + 1;  ///< and links

  /// What the tiles of a cell spent in a slice, and the most of one; then links likewise.
  struct Cell {
    std::array<std::uint32_t, kKept> sum{};
    std::array<std::int32_t, kKept> max{};
  };
  /// What a tile spent in the slice it is in, in the lanes of a Cell; that of links stays 0.
  struct alignas(32) Open {
    std::array<std::int32_t, kKept> cycles{};
  };
  std::size_t at(std::int64_t slice, std::int32_t cell) const {
    return static_cast<std::size_t>(slice * cells_ + cell);
  }
  void reach(std::int64_t cycle) {
    if ((cycle >> shift_) >= reached_) {
      make_room(cycle);
    }
  }
  void make_room(std::int64_t cycle);
  void halve();
  void flush(std::int32_t tile);
  void spread(std::int32_t tile, std::int64_t from, std::int64_t to, Spent cycles);

  const Rect region_;
  int scale_ = 1, scale_shift_ = 0;
  int width_ = 0, height_ = 0;
  std::int64_t cells_ = 0;
  int most_slices_ = 0;
  std::int64_t slice_ = 0;             ///< cycles, a power of two
  int shift_ = 0;                      ///< … of this one
  std::int64_t reached_ = 0;           ///< slices there is room for
  std::vector<std::int32_t> cell_of_;  ///< by number of the tile
  std::int64_t removed_ = 0;
  std::vector<RunTimeline::Added> added_;
  std::vector<Cell> kept_;              ///< by slice and cell
  std::vector<Open> open_;              ///< by number of the tile
  std::vector<std::int32_t> in_slice_;  ///< … the slice it is in
};

}  // namespace weft::sim
