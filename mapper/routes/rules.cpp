// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "isa/bundle.h"
#include "mapper/collectives/line.h"
#include "mapper/routes/mesh.h"

namespace weft::mapper::routes {
namespace {

struct Rule {
  isa::Direction rx = isa::RAMP;
  unsigned tx = 0;  ///< bit of a direction
  auto operator<=>(const Rule&) const = default;
};

/// Rules of all tiles of a tree; flows of one color that share a tile have the same there.
void add_rules(const Flow& flow, const Tree& tree, std::map<Tile, Rule>& rules) {
  for (const TreeTile& node : tree) {
    if (node.parent < 0) {
      rules[node.tile].rx = isa::RAMP;
      continue;
    }
    const Tile from = tree[static_cast<std::size_t>(node.parent)].tile;
    const isa::Direction way = way_to(from, node.tile);
    rules[from].tx |= 1U << static_cast<unsigned>(way);
    rules[node.tile].rx = opposite(way);
  }
  for (const Tile& sink : flow.sinks) {
    rules[sink].tx |= 1U << static_cast<unsigned>(isa::RAMP);
  }
}

/// Tiles of one rule as strided sets: rows with the same columns go together.
std::vector<weft::TileSet> sets_of(const std::vector<Tile>& tiles) {
  std::map<int, std::vector<int>> columns;  // by row
  for (const Tile& tile : tiles) {
    columns[tile.y].push_back(tile.x);
  }
  std::map<std::vector<int>, std::vector<int>> rows;  // by columns
  for (auto& [row, in_row] : columns) {
    std::sort(in_row.begin(), in_row.end());
    rows[in_row].push_back(row);
  }
  std::vector<weft::TileSet> sets;
  for (const auto& [xs, ys] : rows) {
    for (const weft::Stride& x : collectives::strides_of(xs)) {
      for (const weft::Stride& y : collectives::strides_of(ys)) {
        sets.push_back({x, y});
      }
    }
  }
  return sets;
}

}  // namespace

std::vector<isa::Route> to_routes(const Problem& problem, const Solution& solution) {
  std::map<int, std::map<Tile, Rule>> colors;
  for (std::size_t f = 0; f < problem.flows.size(); ++f) {
    add_rules(problem.flows[f], solution.trees[f], colors[solution.colors[f]]);
  }
  std::vector<isa::Route> routes;
  for (const auto& [color, rules] : colors) {
    std::map<Rule, std::vector<Tile>> same;
    for (const auto& [tile, rule] : rules) {
      same[rule].push_back(tile);
    }
    for (const auto& [rule, tiles] : same) {
      for (const weft::TileSet& set : sets_of(tiles)) {
        isa::Route& route = routes.emplace_back();
        route.set_color(color);
        *route.mutable_tiles() = isa::to_proto(set);
        route.set_rx(rule.rx);
        for (int way = isa::RAMP; way <= isa::NORTH; ++way) {
          if ((rule.tx >> static_cast<unsigned>(way) & 1U) != 0) {
            route.add_tx(static_cast<isa::Direction>(way));
          }
        }
      }
    }
  }
  return routes;
}

}  // namespace weft::mapper::routes
