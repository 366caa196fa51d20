// SPDX-License-Identifier: Apache-2.0
#include "mapper/handoff.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/sequential_vertex_coloring.hpp>

#include "isa/bundle.h"

namespace weft::mapper {
namespace {

using isa::Direction;

weft::Rect around(const weft::Rect& a, const weft::Rect& b) {
  const int left = std::min(a.x, b.x);
  const int top = std::min(a.y, b.y);
  return {left, top, std::max(a.x + a.width, b.x + b.width) - left,
          std::max(a.y + a.height, b.y + b.height) - top};
}

bool meet(const weft::Rect& a, const weft::Rect& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

Handoff way_between(const Placement& placement, int from, int to) {
  const weft::Rect& a = placement.regions[static_cast<std::size_t>(from)].rect;
  const weft::Rect& b = placement.regions[static_cast<std::size_t>(to)].rect;
  Handoff way;
  way.from = from;
  way.to = to;
  if (a.y == b.y) {
    way.source_column = b.x > a.x ? a.width - 1 : 0;
    way.relay_column = b.x > a.x ? 0 : a.width - 1;
    return way;
  }
  way.diagonal = true;
  // The way of one row must not end in a column that another row's way comes down before it.
  way.rising = (b.x > a.x) == (b.y > a.y) && a.x != b.x;
  way.bands = (a.height + a.width - 1) / a.width;
  return way;
}

isa::Route rule(int color, const weft::TileSet& tiles, Direction rx, Direction tx) {
  isa::Route route;
  route.set_color(color);
  *route.mutable_tiles() = isa::to_proto(tiles);
  route.set_rx(rx);
  route.add_tx(tx);
  return route;
}

weft::TileSet line(int from, int to, int across, bool along_x, int rows = 1) {
  const weft::Stride run{std::min(from, to), 1, std::abs(to - from) + 1};
  const weft::Stride lines{across, 1, rows};
  return along_x ? weft::TileSet{run, lines} : weft::TileSet{lines, run};
}

/// The rules of `rows` equal ways: from (x, y) along the row to column `to_x`, then to row `to_y`.
void add_way(int color, int x, int y, int to_x, int to_y, int rows,
             std::vector<isa::Route>& routes) {
  const Direction across = to_x > x ? isa::EAST : isa::WEST;
  const Direction back = to_x > x ? isa::WEST : isa::EAST;
  const Direction down = to_y > y ? isa::SOUTH : isa::NORTH;
  const Direction up = to_y > y ? isa::NORTH : isa::SOUTH;
  const int dx = to_x > x ? 1 : -1;
  const int dy = to_y > y ? 1 : -1;
  const bool turns = to_x != x && to_y != y;
  routes.push_back(rule(color, line(x, x, y, true, rows), isa::RAMP, to_x != x ? across : down));
  if (std::abs(to_x - x) > 1) {
    routes.push_back(rule(color, line(x + dx, to_x - dx, y, true, rows), back, across));
  }
  if (turns) {
    routes.push_back(rule(color, line(to_x, to_x, y, true, rows), back, down));
  }
  if (std::abs(to_y - y) > 1) {
    routes.push_back(rule(color, line(y + dy, to_y - dy, to_x, false, 1), up, down));
  }
  routes.push_back(
      rule(color, line(to_x, to_x, to_y, true, rows), to_y != y ? up : back, isa::RAMP));
}

/// Behind the relay of each of `rows` rows from `y` on: along the row, both ways.
void add_row(int color, const weft::Rect& region, int relay, int y, int rows,
             std::vector<isa::Route>& routes) {
  const int left = region.x;
  const int right = region.x + region.width - 1;
  const int at = region.x + relay;
  if (region.width == 1) {
    return;
  }
  isa::Route source;
  source.set_color(color);
  *source.mutable_tiles() = isa::to_proto(line(at, at, y, true, rows));
  source.set_rx(isa::RAMP);
  if (at > left) {
    source.add_tx(isa::WEST);
  }
  if (at < right) {
    source.add_tx(isa::EAST);
  }
  routes.push_back(std::move(source));
  const auto arm = [&](int first, int last, Direction rx, Direction tx) {
    // first is next to the relay, last at the end of the row.
    const int step = last >= first ? 1 : -1;
    if (first != last) {
      isa::Route through = rule(color, line(first, last - step, y, true, rows), rx, isa::RAMP);
      through.add_tx(tx);
      routes.push_back(std::move(through));
    }
    routes.push_back(rule(color, line(last, last, y, true, rows), rx, isa::RAMP));
  };
  if (at < right) {
    arm(at + 1, right, isa::WEST, isa::EAST);
  }
  if (at > left) {
    arm(at - 1, left, isa::EAST, isa::WEST);
  }
}

}  // namespace

int Handoff::column(int row, int width, bool relay) const {
  if (!diagonal) {
    return relay ? relay_column : source_column;
  }
  const int along = row % width;
  return rising ? width - 1 - along : along;
}

weft::Rect reach_of(const Placement& placement, const Handoff& way) {
  return around(placement.regions[static_cast<std::size_t>(way.from)].rect,
                placement.regions[static_cast<std::size_t>(way.to)].rect);
}

Result<Handoffs> plan_handoffs(const Placement& placement, int first_color, int available) {
  Handoffs handoffs;
  handoffs.colors = first_color;
  if (placement.single()) {
    return handoffs;
  }
  using Conflicts = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  const int regions = static_cast<int>(placement.regions.size());
  struct Node {
    std::size_t way;
    int band;
    weft::Rect box;
  };
  std::vector<Node> nodes;
  for (int i = 0; i < regions; ++i) {
    Handoff way = way_between(placement, i, (i + 1) % regions);
    way.colors.resize(static_cast<std::size_t>(way.bands));
    const weft::Rect box = reach_of(placement, way);
    for (int band = 0; band < way.bands; ++band) {
      nodes.push_back({handoffs.ways.size(), band, box});
    }
    handoffs.ways.push_back(std::move(way));
  }
  Conflicts graph(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (std::size_t j = i + 1; j < nodes.size(); ++j) {
      if (meet(nodes[i].box, nodes[j].box)) {
        boost::add_edge(i, j, graph);
      }
    }
  }
  std::vector<std::size_t> color(nodes.size());
  const std::size_t used = boost::sequential_vertex_coloring(
      graph,
      boost::make_iterator_property_map(color.begin(), boost::get(boost::vertex_index, graph)));
  handoffs.row_color = first_color;
  handoffs.colors = first_color + 1 + static_cast<int>(used);
  if (handoffs.colors > available) {
    return input_error(fmt::format(
        "hand-offs between {} regions need {} colors beside the {} of the collectives, and the "
        "machine has {}; use fewer regions or raise fabric.colors to {}",
        regions, used + 1, first_color, available, handoffs.colors));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    handoffs.ways[nodes[i].way].colors[static_cast<std::size_t>(nodes[i].band)] =
        first_color + 1 + static_cast<int>(color[i]);
  }
  return handoffs;
}

std::vector<isa::Route> handoff_routes(const Placement& placement, const Handoffs& handoffs) {
  std::vector<isa::Route> routes;
  for (const Handoff& way : handoffs.ways) {
    const weft::Rect& a = placement.regions[static_cast<std::size_t>(way.from)].rect;
    const weft::Rect& b = placement.regions[static_cast<std::size_t>(way.to)].rect;
    const int step = way.diagonal ? 1 : a.height;  // rows with equal rules
    for (int row = 0; row < a.height; row += step) {
      const int color = way.colors[static_cast<std::size_t>(way.diagonal ? row / a.width : 0)];
      const int source = way.column(row, a.width, false);
      const int relay = way.column(row, a.width, true);
      add_way(color, a.x + source, a.y + row, b.x + relay, b.y + row, step, routes);
      add_row(handoffs.row_color, b, relay, b.y + row, step, routes);
    }
  }
  return routes;
}

std::vector<isa::Parameter> handoff_parameters(const Placement& placement,
                                               const Handoffs& handoffs) {
  std::vector<isa::Parameter> parameters;
  const auto add = [&](const Handoff& way, const weft::Rect& region, bool relay) {
    for (int first = 0, band = 0; first < region.height; first += region.width, ++band) {
      const int rows = way.diagonal ? std::min(region.width, region.height - first) : region.height;
      isa::Parameter parameter;
      parameter.set_index(relay ? 1 : 0);
      parameter.set_value(1 + (way.diagonal ? band : 0));
      parameter.set_diagonal(way.diagonal);
      const weft::Stride y{region.y + first, 1, rows};
      if (!way.diagonal) {
        const int x = region.x + way.column(0, region.width, relay);
        *parameter.mutable_tiles() = isa::to_proto({{x, 1, 1}, y});
        parameters.push_back(std::move(parameter));
        return;
      }
      if (!way.rising) {
        *parameter.mutable_tiles() = isa::to_proto({{region.x, 1, rows}, y});
        parameters.push_back(std::move(parameter));
        continue;
      }
      // Steps of a tile set go up only: a tile each.
      for (int row = 0; row < rows; ++row) {
        const int x = region.x + way.column(row, region.width, relay);
        *parameter.mutable_tiles() = isa::to_proto({{x, 1, 1}, {region.y + first + row, 1, 1}});
        parameters.push_back(parameter);
      }
    }
  };
  for (const Handoff& way : handoffs.ways) {
    add(way, placement.regions[static_cast<std::size_t>(way.from)].rect, false);
    add(way, placement.regions[static_cast<std::size_t>(way.to)].rect, true);
  }
  return parameters;
}

}  // namespace weft::mapper
