// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "traces/recording.pb.h"

namespace weft::traces {

/// A point under the roofs of a tile: `y` MACs a cycle at `x` MACs for each word it sends or
/// receives, whichever is more.
struct RooflinePoint {
  double x = 0;
  double y = 0;
  std::int64_t tiles = 0;  ///< tiles that agree to a tenth of a power of two
  std::string op;          ///< of an op instead
  double share = 0;        ///< an op: of the time of all tiles
};

/// Tiles over the whole run, most first.
std::vector<RooflinePoint> roofline_of_tiles(const Recording& recording);
/// Ops that multiply and move words, over the time tiles spent in them, largest share first.
std::vector<RooflinePoint> roofline_of_ops(const Recording& recording);

}  // namespace weft::traces
