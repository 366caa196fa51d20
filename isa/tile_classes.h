// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace weft::isa {

/// Words that one tile sends another: slots are those of the sender's and the receiver's script.
struct TalkEdge {
  std::int32_t from = 0;
  std::int32_t to = 0;
  std::int16_t out_slot = 0;
  std::int16_t in_slot = 0;
  /// Sender and receiver come to it at different steps of what may be one script: a parent in a
  /// tree hears its child, that does as it does, before it sends itself.
  bool in_turn = false;
};

/// What holds tiles of one script together: any talk, or only that which is not in turn – for
/// programs whose classes else wait for themselves.
enum class Clusters : std::uint8_t { any_talk, same_step };

/// Classes of tiles that do the same and talk to classes alike. Tiles of one script that talk to
/// each other, however far apart, are a cluster; clusters are alike when they use the same colors
/// and talk, slot by slot, to clusters that are alike. So the two arms of a chain that meet at a
/// root are two classes: they do the same, but the root hears one before the other.
/// `script` and `atom` (script and colors) by tile, -1: no role. Returns the class of each tile,
/// counted from 0 in order of the tiles.
std::vector<std::int32_t> classes_of_tiles(std::span<const std::int32_t> script,
                                           std::span<const std::int32_t> atom,
                                           std::span<const TalkEdge> edges,
                                           Clusters clusters = Clusters::any_talk);

}  // namespace weft::isa
