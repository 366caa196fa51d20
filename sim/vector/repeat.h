// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/vector/link_turns.h"
#include "sim/vector/state.h"

namespace weft::sim::vector {

/// End of a graph op as it happened, until a boundary decides whether it happens again.
struct OpEnd {
  std::int32_t group = -1;
  std::int32_t graph_op = -1;
  std::array<std::int32_t, 2> index{};  ///< of the two outermost loops
  std::int64_t cycle = 0;
};

/// Words of a color on a link that others use as well, from the first cycle to the last, absolute.
struct LinkUse {
  std::size_t link = 0;
  std::int32_t color = -1;
  std::int64_t first = 0, last = 0;
};

/// All that the future of a run depends on, and all that it counts, between two iterations of a
/// loop: every group stands at the end of an iteration or waits to receive since before.
struct Snapshot {
  struct OfGroup {
    GroupState state;  ///< planes shared; waits copied
    bool held = false;
  };
  std::vector<OfGroup> groups;
  std::vector<std::vector<std::int32_t>> fork_tails;
  std::int64_t epoch = 0;
  LinkTurns turns;
  std::int64_t low = 0;  ///< the slowest tile, absolute
};

/// Boundaries of one loop: which steps the groups stand at -> when it was last looked at.
struct Boundary {
  std::int64_t left = 0;
  std::int64_t visits = 0;
  std::unique_ptr<Snapshot> before;
  std::vector<OpEnd> ends;    ///< since `before`
  std::vector<LinkUse> uses;  ///< … with Links::in_any_order
};
using Boundaries = std::map<std::vector<std::int64_t>, Boundary>;

}  // namespace weft::sim::vector
