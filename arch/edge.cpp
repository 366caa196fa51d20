// SPDX-License-Identifier: Apache-2.0
#include "arch/edge.h"

#include <algorithm>

namespace weft::arch {

std::vector<EdgeTile> edge_tiles(const Machine& machine) {
  std::vector<EdgeTile> tiles;
  const Edge& edge = machine.edge();
  const int channels = machine.has_edge() ? edge.channels() : 0;
  const bool both = edge.side() == Edge::BOTH;
  for (int channel = 0; channel < channels; ++channel) {
    const bool east = both ? channel % 2 == 1 : edge.side() == Edge::EAST;
    const int of_column = !both ? channels : east ? channels / 2 : (channels + 1) / 2;
    const int place = both ? channel / 2 : channel;
    tiles.push_back({east ? machine.grid().width() - 1 : 0,
                     (2 * place + 1) * machine.grid().height() / (2 * of_column)});
  }
  return tiles;
}

int edge_channel(const std::vector<EdgeTile>& tiles, EdgeTile at) {
  const auto found = std::find(tiles.begin(), tiles.end(), at);
  return found == tiles.end() ? -1 : static_cast<int>(found - tiles.begin());
}

}  // namespace weft::arch
