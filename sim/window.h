// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/rect.h"
#include "sim/activity.h"

namespace weft::sim {

/// Tiles and cycles of a run that are recorded one by one.
struct Window {
  Rect tiles;  ///< in machine coordinates, inside the region
  std::int64_t begin = 0;
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
  /// When more stretches and train ends than this lie in the window, its last half of cycles is
  /// given up, and again until the rest fits.
  std::int64_t most_events = 2'000'000;
};

/// A train whose first word was issued and consumed in the window, between two of its tiles.
struct Train {
  std::int32_t source = 0;  ///< tiles row-major over the window
  std::int32_t destination = 0;
  std::int32_t color = 0;
  std::int32_t send_pc = -1;
  std::int32_t receive_pc = -1;
  std::int64_t words = 0;
  std::int64_t issued = 0;    ///< cycle of the first word
  std::int64_t consumed = 0;  ///< cycle of the first word
  std::int64_t end = 0;       ///< one past the cycle the last word was consumed in
};

/// What happened in a window. The stretches of each tile follow each other without a gap from
/// `begin` to the end of the window or of the run.
struct WindowEvents {
  Rect tiles;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool cut = false;                             ///< the end was moved to keep within most_events
  std::vector<std::vector<Stretch>> stretches;  ///< by tile, row-major over the window
  std::vector<Train> trains;                    ///< by issue, then source and destination
};

}  // namespace weft::sim
