// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

/// One whole number for each tile of the region, row-major, and what it counts.
struct TilePlane {
  std::string
      name;  ///< compute … idle, words_sent, words_received, macs, energy, and recorded ones
  std::string label;  ///< for people
  std::string unit;   ///< cycles, words, MACs, pJ, bytes
  std::vector<std::int64_t> values;
};

/// All there is to know of a tile over the whole run: first what TileTotals holds, then the planes
/// of the recording. Those that are 0 everywhere are left out, bins excepted. Errors: input (tiles
/// that do not fill the region, a damaged plane).
Result<std::vector<TilePlane>> tile_planes(const Recording& recording);

/// Whether the tiles recorded are those of the region, and the timeline is of it. Errors: input.
Status check_tiles(const Recording& recording);

}  // namespace weft::traces
