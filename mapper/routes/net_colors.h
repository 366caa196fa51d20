// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/routes/mesh.h"
#include "mapper/routes/nets.h"

namespace weft::mapper::routes {

/// Colors of nets whose ways are known, and what did not go.
struct NetColors {
  std::vector<int> colors;      ///< by net; -1: none was free
  std::vector<int> uncolored;   ///< nets, in order
  std::vector<Tile> contested;  ///< where nets without a color meet others
};

/// Nets that meet at a router need different colors. Colors the graph of those that do, nets that
/// ask for a color first, then the most constrained one (DSATUR).
NetColors color_nets(const std::vector<Net>& nets, const std::vector<Tree>& trees, const Mesh& mesh,
                     int colors);

}  // namespace weft::mapper::routes
