// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/bin.h"

namespace weft::sim {

/// A stretch [begin, end) of a tile's time in one bin, and what the core was at.
struct Stretch {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  Bin bin = Bin::idle;
  std::int32_t pc = -1;         ///< instruction of the tile's program; -1: none
  std::int32_t waits_for = -1;  ///< instruction of the operation it waited for; -1: none
  std::int32_t graph_op = -1;
  std::int32_t outer = 0;  ///< index of the outermost loop around it
  std::int32_t inner = 0;  ///< index of the next loop in

  bool same_kind(const Stretch& other) const {
    return bin == other.bin && pc == other.pc && waits_for == other.waits_for &&
           graph_op == other.graph_op && outer == other.outer && inner == other.inner;
  }
};

/// One end of a train: the send that issued its words, or a receive that consumed them.
struct TrainEnd {
  std::int32_t tile = 0;  ///< row-major over the region
  std::int32_t pc = -1;
  std::int32_t color = 0;
  std::int32_t tree = 0;   ///< which of the routes of that color
  std::int64_t word = 0;   ///< number of its first word on the tree
  std::int64_t words = 0;  ///< how many
  std::int64_t first = 0;  ///< cycle its first word moved
  std::int64_t end = 0;    ///< one past the cycle its last word moved
  bool issues = false;     ///< the send
};

/// Who is told what tiles do. An engine calls it in two places: where it books cycles of a tile
/// into a bin (every cycle of every tile exactly once, a tile's in order of time), and where a
/// send or receive is complete.
class ActivitySink {
 public:
  virtual ~ActivitySink() = default;
  virtual void spent(std::int32_t tile, const Stretch& stretch) = 0;
  virtual void completed(const TrainEnd& end) = 0;
};

}  // namespace weft::sim
