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
/// lies in row floor((2k + 1) h / 2n). Empty without an edge.
std::vector<EdgeTile> edge_tiles(const Machine& machine);

}  // namespace weft::arch
