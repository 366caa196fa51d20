// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "program_spec.h"

namespace weft::sim {

/// Messages between random pairs of tiles, X first, then Y, over links that colors share.
struct Traffic {
  int side = 8;
  int colors = 24;
  int words = 64;     ///< of a message
  int rounds = 6;     ///< messages over each route, on average
  double load = 0.2;  ///< words a cycle on the average shared link, if nobody waited for anybody
  bool pairs = true;  ///< no tile sends, or receives, over two routes: nobody waits his turn
};

/// As many routes as find a color. Messages have one global order, so that nothing deadlocks; tiles
/// send and receive asynchronously in that order and pause at random before they send.
ProgramSpec draw_traffic(const Traffic& traffic, std::uint64_t seed);

/// Colors in one row: color i from tile i to tile i + reach, a train of `words` each at once, so
/// that up to `reach` trains are on a link.
ProgramSpec crossing_row(int colors, int reach, int words, int ramp);

/// What links carried: words over all shared links and over the busiest, divided by cycles.
struct LinkLoad {
  double mean = 0, busiest = 0;
};
LinkLoad link_load(const ProgramSpec& spec, std::int64_t cycles);

}  // namespace weft::sim
