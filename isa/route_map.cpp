// SPDX-License-Identifier: Apache-2.0
#include "isa/route_map.h"

#include "isa/bundle.h"

namespace weft::isa {

RouteMap::RouteMap(const Bundle& bundle, const arch::Machine& machine)
    : rules_(static_cast<std::size_t>(machine.fabric().colors())),
      ramp_(machine.fabric().ramp_latency()),
      hop_(machine.fabric().hop_latency()),
      turn_(machine.fabric().turn_latency()),
      places_(machine.fabric().places_per_hop()),
      queue_(machine.tile().input_queue_words()) {
  for (const Route& route : bundle.routes()) {
    Rule rule{tile_set_of(route.tiles()), static_cast<std::uint8_t>(route.rx()), 0};
    for (const int direction : route.tx()) {
      rule.tx |= static_cast<std::uint8_t>(1 << direction);
    }
    if (route.color() >= 0 && route.color() < machine.fabric().colors()) {
      rules_[static_cast<std::size_t>(route.color())].push_back(rule);
    }
  }
}

const RouteMap::Rule* RouteMap::find(int color, int x, int y) const {
  for (const Rule& rule : rules_[static_cast<std::size_t>(color)]) {
    if (rule.tiles.contains(x, y)) {
      return &rule;
    }
  }
  return nullptr;
}

std::optional<RouteMap::Way> RouteMap::way_to(int color, int x, int y) const {
  const Rule* rule = find(color, x, y);
  if (rule == nullptr || (rule->tx & 1 << RAMP) == 0) {
    return std::nullopt;
  }
  Way way{x, y, 2 * std::int64_t{ramp_} + 1, 2 * std::int64_t{ramp_} + queue_, 0};
  int behind = RAMP;  // the direction words left this tile in
  while (rule->rx != RAMP) {
    const int leaves = (rule->rx + 1) % 4 + 1;  // … the tile before in
    if (behind != RAMP && behind != leaves) {
      way.latency += turn_;
      way.places += turn_;
    }
    behind = leaves;
    way.x += kDx[rule->rx];
    way.y += kDy[rule->rx];
    ++way.hops;
    way.latency += hop_;
    way.places += places_;
    rule = find(color, way.x, way.y);
    if (rule == nullptr || (rule->tx & 1 << leaves) == 0 || way.hops > kMostHops) {
      return std::nullopt;
    }
  }
  return way;
}

bool RouteMap::is_source(int color, int x, int y) const {
  const Rule* rule = find(color, x, y);
  return rule != nullptr && rule->rx == RAMP;
}

}  // namespace weft::isa
