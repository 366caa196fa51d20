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
};

/// Some step of a script passes the words it hears on one slot on another.
struct PassedOn {
  std::int32_t script = 0;
  std::int16_t in_slot = 0;
  std::int16_t out_slot = 0;
};

/// Classes of tiles that do the same and talk to classes alike. A wire is a train's whole way,
/// through every tile that passes it on; tiles are alike when, slot by slot, they are on wires
/// that join the same slots of the same classes. So all tiles of an arm of a chain are one class,
/// and the two arms that meet at a root are two: they do the same, but the root hears one before
/// the other. What a class waits for is what each of its tiles waits for, so classes wait for
/// themselves only where tiles do, or where a tile passes on some trains of a slot and not others.
/// `script` by tile, -1: no role. Returns the class of each tile, counted from 0 in order of the
/// tiles.
std::vector<std::int32_t> classes_of_tiles(std::span<const std::int32_t> script,
                                           std::span<const TalkEdge> edges,
                                           std::span<const PassedOn> passed_on);

}  // namespace weft::isa
