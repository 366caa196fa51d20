// SPDX-License-Identifier: Apache-2.0
#include "isa/route_map.h"

#include "isa/bundle.h"

namespace weft::isa {

RouteMap::RouteMap(const Bundle& bundle, const arch::Machine& machine)
    : region_(rect_of(bundle.region())),
      cells_(static_cast<std::size_t>(machine.fabric().colors())),
      ramp_(machine.fabric().ramp_latency()),
      hop_(machine.fabric().hop_latency()),
      turn_(machine.fabric().turn_latency()),
      places_(machine.fabric().places_per_hop()),
      queue_(machine.tile().input_queue_words()) {
  for (const Route& route : bundle.routes()) {
    if (route.color() >= 0 && route.color() < machine.fabric().colors()) {
      lay(route);
    }
  }
}

// Where two rules meet on a tile the first one holds.
void RouteMap::lay(const Route& route) {
  auto& cells = cells_[static_cast<std::size_t>(route.color())];
  cells.resize(static_cast<std::size_t>(region_.area()));
  auto cell = static_cast<unsigned>(route.rx());
  for (const int direction : route.tx()) {
    cell |= 1u << (3 + direction);
  }
  const weft::TileSet set = tile_set_of(route.tiles());
  for (int j = 0; j < set.y.count; ++j) {
    const int y = set.y.first + j * set.y.step - region_.y;
    for (int i = 0; i < set.x.count; ++i) {
      const int x = set.x.first + i * set.x.step - region_.x;
      if (x >= 0 && x < region_.width && y >= 0 && y < region_.height) {
        std::uint8_t& at =
            cells[static_cast<std::size_t>(y) * static_cast<std::size_t>(region_.width) +
                  static_cast<std::size_t>(x)];
        at = at == 0 ? static_cast<std::uint8_t>(cell) : at;
      }
    }
  }
}

std::optional<RouteMap::Way> RouteMap::way_to(int color, int x, int y) const {
  Rule rule = find(color, x, y);
  if (!rule.exists() || (rule.tx() & 1u << RAMP) == 0) {
    return std::nullopt;
  }
  Way way{x, y, 2 * std::int64_t{ramp_} + 1, 2 * std::int64_t{ramp_} + queue_, 0};
  int behind = RAMP;  // the direction words left this tile in
  while (rule.rx() != RAMP) {
    const int leaves = (rule.rx() + 1) % 4 + 1;  // … the tile before in
    if (behind != RAMP && behind != leaves) {
      way.latency += turn_;
      way.places += turn_;
    }
    behind = leaves;
    way.x += kDx[rule.rx()];
    way.y += kDy[rule.rx()];
    ++way.hops;
    way.latency += hop_;
    way.places += places_;
    rule = find(color, way.x, way.y);
    if (!rule.exists() || (rule.tx() & 1u << leaves) == 0 || way.hops > kMostHops) {
      return std::nullopt;
    }
  }
  return way;
}

bool RouteMap::is_source(int color, int x, int y) const {
  const Rule rule = find(color, x, y);
  return rule.exists() && rule.rx() == RAMP;
}

}  // namespace weft::isa
