// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace weft::sim::vector {

/// Words that one tile sends another: slots are those of the sender's and the receiver's script.
struct TalkEdge {
  std::int32_t from = 0;
  std::int32_t to = 0;
  std::int16_t out_slot = 0;
  std::int16_t in_slot = 0;
};

/// Finer groups, for programs whose coarse ones wait for themselves: the two arms of a chain that
/// meet at a root do the same, but the root hears one before the other. Tiles of one script that
/// talk to each other, however far apart, are a cluster; clusters are alike when they use the same
/// colors and talk, slot by slot, to clusters that are alike.
/// `script` and `atom` (script and colors) by tile, -1: no role. Returns the group of each tile,
/// counted from 0 in order of the tiles.
std::vector<std::int32_t> refine(const std::vector<std::int16_t>& script,
                                 const std::vector<std::int16_t>& atom,
                                 const std::vector<TalkEdge>& edges);

}  // namespace weft::sim::vector
