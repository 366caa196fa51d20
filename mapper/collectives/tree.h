// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/collectives/timing.h"

namespace weft::mapper::collectives {

/// A reduction over the tiles of a line: every tile adds the trains of its children to its own
/// values, in their order, and sends the sum to its parent. The last train is passed on as it
/// arrives (fwd), the others are taken in whole (recv); a tile that `stores` takes in the last one
/// too before it sends.
struct Tree {
  int root = 0;
  std::vector<int> parent;                 ///< -1: the root
  std::vector<std::vector<int>> children;  ///< in the order they are received
  std::vector<std::uint8_t> level;  ///< of the train to the parent; higher ones reach further
  std::vector<std::uint8_t> stores;

  explicit Tree(int tiles);
  int tiles() const { return static_cast<int>(parent.size()); }
  /// Makes `child` the next one `parent` receives from.
  void join(int child, int parent, int level);
  /// Parents before children.
  std::vector<int> downwards() const;
};

/// When the trains of a tree move if all tiles start together, by the timing model. Exact as long
/// as `gap` is not negative, that is, no two trains are ever on one link at the same time.
struct Schedule {
  std::int64_t reduced = 0;   ///< the root has the sum
  std::int64_t returned = 0;  ///< and every tile has it back by a multicast
  std::int64_t gap = 0;       ///< least cycles between two trains on a link; kNoGap: none share one
  std::int64_t apart = 0;  ///< … between the end of one at its parent and the start of the other
};
inline constexpr std::int64_t kNoGap = INT64_MAX;

Schedule schedule_of(const Tree& tree, std::int64_t words, const Timing& timing);

}  // namespace weft::mapper::collectives
