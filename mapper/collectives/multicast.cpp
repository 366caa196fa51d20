// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/multicast.h"

#include <algorithm>

#include "isa/bundle.h"

namespace weft::mapper::collectives {
namespace {

Flow everywhere(const char* name) { return {name, Flow::Extent::everywhere, {}}; }

// Indices [from, to) with the same rule.
struct Run {
  int from, to;
  isa::Direction rx;
  std::vector<isa::Direction> tx;
};

// A multicast along `extent` indices from `source` on: what routers do by index.
std::vector<Run> runs(int extent, int source, isa::Direction up, isa::Direction down) {
  return {{0, std::min(1, source), up, {}},
          {1, source, up, {down}},
          {source, source + 1, isa::RAMP, {}},
          {source + 1, extent - 1, down, {up}},
          {std::max(source + 1, extent - 1), extent, down, {}}};
}

void put(std::vector<isa::Route>& routes, int color, weft::TileSet tiles, const weft::Rect& region,
         isa::Direction rx, const std::vector<isa::Direction>& tx) {
  if (tiles.size() <= 0 || tiles.x.count <= 0 || tx.empty()) {
    return;
  }
  tiles.x.first += region.x;
  tiles.y.first += region.y;
  isa::Route& route = routes.emplace_back();
  route.set_color(color);
  *route.mutable_tiles() = isa::to_proto(tiles);
  route.set_rx(rx);
  for (const isa::Direction direction : tx) {
    route.add_tx(direction);
  }
}

}  // namespace

std::int64_t LineBroadcast::cost(std::int64_t words, const Timing& timing) const {
  return line.length == 1 ? 0
                          : timing.transfer + timing.span(words) +
                                timing.flight(std::max(source, line.length - 1 - source));
}

std::vector<Flow> LineBroadcast::flows() const {
  std::vector<LineRule> rules;
  if (line.length > 1) {
    add_multicast(0, line.length, source, rules);
  }
  return flows_of(line, rules, line.along_x ? "broadcast x" : "broadcast y");
}

std::vector<isa::Route> LineBroadcast::routes(const Colors& colors,
                                              const weft::Rect& region) const {
  std::vector<LineRule> rules;
  if (line.length > 1) {
    add_multicast(0, line.length, source, rules);
  }
  return routes_of(line, rules, colors, region);
}

std::int64_t MeshBroadcast::cost(std::int64_t words, const Timing& timing) const {
  if (!works()) {
    return 0;
  }
  const int hops = std::max(x, width - 1 - x) + std::max(y, height - 1 - y);
  return timing.transfer + timing.span(words) + timing.flight(hops) +
         (width > 1 && height > 1 ? timing.turn : 0);
}

std::vector<Flow> MeshBroadcast::flows() const {
  return works() ? std::vector{everywhere("broadcast")} : std::vector<Flow>{};
}

std::vector<isa::Route> MeshBroadcast::routes(const Colors& colors,
                                              const weft::Rect& region) const {
  std::vector<isa::Route> routes;
  if (!works()) {
    return routes;
  }
  const weft::Stride columns{0, 1, width};
  for (const Run& run : runs(height, y, isa::SOUTH, isa::NORTH)) {
    auto tx = run.tx;
    tx.push_back(isa::RAMP);
    if (run.rx != isa::RAMP) {
      put(routes, colors[0], {columns, {run.from, 1, run.to - run.from}}, region, run.rx, tx);
    }
  }
  for (const Run& run : runs(width, x, isa::EAST, isa::WEST)) {
    auto tx = run.tx;
    if (run.rx == isa::RAMP) {
      tx = x > 0 ? std::vector{isa::WEST} : std::vector<isa::Direction>{};
      if (x + 1 < width) {
        tx.push_back(isa::EAST);
      }
    } else {
      tx.push_back(isa::RAMP);
    }
    if (y > 0) {
      tx.push_back(isa::NORTH);
    }
    if (y + 1 < height) {
      tx.push_back(isa::SOUTH);
    }
    put(routes, colors[0], {{run.from, 1, run.to - run.from}, {y, 1, 1}}, region, run.rx, tx);
  }
  return routes;
}

std::int64_t Transpose::cost(std::int64_t words, const Timing& timing) const {
  return works() ? timing.transfer + timing.span(words) + timing.flight(side - 1) : 0;
}

std::vector<Flow> Transpose::flows() const {
  return works() ? std::vector{everywhere("transpose")} : std::vector<Flow>{};
}

std::vector<isa::Route> Transpose::routes(const Colors& colors, const weft::Rect& region) const {
  std::vector<isa::Route> routes;
  for (int i = 0; i < side && works(); ++i) {
    const LineBroadcast line{{side, 1, 0, to_rows}, i};
    const weft::Rect one = to_rows ? weft::Rect{region.x, region.y + i, side, 1}
                                   : weft::Rect{region.x + i, region.y, 1, side};
    const auto some = line.routes(colors, one);
    routes.insert(routes.end(), some.begin(), some.end());
  }
  return routes;
}

void emit_multicast(isa::RoleBuilder& role, bool sends, int color, int t) {
  if (sends) {
    role.send(color, t);
  } else {
    role.receive(isa::Opcode::recv_set, t, color);
  }
}

}  // namespace weft::mapper::collectives
