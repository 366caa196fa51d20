// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/bin.h"

namespace weft::sim {

/// Series of a timeline: the bins by their number, then what links carried.
inline constexpr std::size_t kLinkSeries = kBins;
inline constexpr std::size_t kSeries = kBins + 1;

/// How much a timeline may hold. A region of more than `most_cells` tiles is seen in cells of 4
/// x 4.
struct TimelineLimits {
  std::int64_t most_cells = 100'000;
  std::int64_t most_bytes = std::int64_t{32} << 20;  ///< of all series together
  int most_slices = 256;
};

/// Power over time of a tile, of each cell: bytes from 0, `least`, to 255, `most`. What is spent is
/// exact, when is assumed (sim/energy/power.h).
struct PowerSeries {
  double least = 0, most = 0;           ///< watts; `least`: idle draw
  std::vector<std::uint8_t> mean, max;  ///< as those of RunTimeline
};

/// A run over time, in cells of tiles and slices of equal length. Time is simulated time: what
/// `repeat` added takes none, `added` says where it belongs. Shares are bytes, 255 being all.
struct RunTimeline {
  /// After `at`, the `period` cycles before it passed `iterations` times more.
  struct Added {
    std::int64_t at = 0;
    std::int64_t iterations = 0;
    std::int64_t period = 0;
  };
  int scale = 1;
  int width = 0, height = 0;  ///< cells
  std::int64_t slice = 0;     ///< cycles
  int slices = 0;
  std::int64_t cycles = 0;  ///< of simulated time
  std::vector<Added> added;
  /// By slice, then cell, row-major: of the tiles (links out) of the cell.
  std::array<std::vector<std::uint8_t>, kSeries> mean, max;
  std::optional<PowerSeries> power;  ///< where the machine has prices and the run ended

  /// Cycles of the run each slice stands for: its own, and those added that look like it. Summed,
  /// the cycles of the run.
  std::vector<std::int64_t> cycles_of_slices() const;
};

}  // namespace weft::sim
