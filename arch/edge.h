// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/arch.pb.h"

namespace weft::arch {

/// Most channels a machine has (arch.proto holds it to this).
inline constexpr int kMostEdgeChannels = 64;

struct EdgeTile {
  int x = 0;
  int y = 0;
  bool operator==(const EdgeTile&) const = default;
};

/// The tile of each channel, in machine coordinates: the k-th of n channels of a column of height h
/// lies in row floor((2k + 1) h / 2n). Tiles are named twice where there are fewer than channels.
/// Empty without an edge.
std::vector<EdgeTile> edge_tiles(const Machine& machine);

/// The channel of a tile, the first where there are several; -1: none.
int edge_channel(const std::vector<EdgeTile>& tiles, EdgeTile at);

}  // namespace weft::arch
