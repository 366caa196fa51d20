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

// Ways that go along rows to the east, or to the west: with as many lanes as there is room for.
Handoff one_way(const weft::Rect& a, int relay, bool west) {
  Handoff way;
  way.west = west;
  way.relay_column = relay;
  const int most = std::min(a.height, a.width) - 1;  // lanes beside the relay's
  const int middle = a.x + a.width / 2;
  way.source_column = west ? std::clamp(std::max(relay + most, middle), a.x, a.x + a.width - 1)
                           : std::clamp(std::min(relay - most, middle), a.x, a.x + a.width - 1);
  const int ahead = west ? way.source_column - relay : relay - way.source_column;
  way.lanes = std::min(most, ahead) + 1;
  return way;
}

// Half of the rows on either side of the relay, where there is room for as many lanes.
void share_sides(const weft::Rect& a, Handoff& way) {
  const int lanes = (a.height + 1) / 2;
  const int room = std::min(way.relay_column - a.x, a.x + a.width - 1 - way.relay_column);
  if (a.height <= way.lanes || room < lanes) {
    return;
  }
  way.west = false;
  way.two_sided = true;
  way.lanes = lanes;
  way.source_column = way.relay_column - lanes;
}

// Relays are where the sums of rows come together: what the region gets spreads as they do.
Handoff way_between(const Placement& placement, int from, int to, int root) {
  const weft::Rect& a = placement.regions[static_cast<std::size_t>(from)].rect;
  const weft::Rect& b = placement.regions[static_cast<std::size_t>(to)].rect;
  const Handoff east = one_way(a, b.x + root, false);
  const Handoff west = one_way(a, b.x + root, true);
  const auto length = [](const Handoff& way) {
    return std::abs(way.relay_column - way.source_column);
  };
  const bool by_west =
      west.lanes > east.lanes || (west.lanes == east.lanes && length(west) < length(east));
  Handoff way = by_west ? west : east;
  way.from = from;
  way.to = to;
  way.north = b.y < a.y;
  if (a.y == b.y) {
    way.straight = true;
    way.west = b.x < a.x;
    way.source_column = a.x + root;
    way.lanes = a.height;
  } else {
    share_sides(a, way);
  }
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

/// The rules of `rows` straight ways along rows from `y` on.
void add_straight(int color, int from, int to, int y, int rows, std::vector<isa::Route>& routes) {
  const Direction ahead = to > from ? isa::EAST : isa::WEST;
  const Direction back = to > from ? isa::WEST : isa::EAST;
  const int step = to > from ? 1 : -1;
  routes.push_back(rule(color, line(from, from, y, true, rows), isa::RAMP, ahead));
  if (std::abs(to - from) > 1) {
    routes.push_back(rule(color, line(from + step, to - step, y, true, rows), back, ahead));
  }
  routes.push_back(rule(color, line(to, to, y, true, rows), back, isa::RAMP));
}

/// The rules of a way along row `y` to column `lane`, along it to row `to_y`, along that to `to_x`.
void add_stair(int color, int x, int y, int lane, int to_x, int to_y,
               std::vector<isa::Route>& routes) {
  const Direction across = to_x > x ? isa::EAST : isa::WEST;
  const Direction along = to_y > y ? isa::SOUTH : isa::NORTH;
  const int dx = to_x > x ? 1 : -1;
  const int dy = to_y > y ? 1 : -1;
  Direction came = isa::RAMP;
  const auto go = [&](const weft::TileSet& tiles, Direction on) {
    routes.push_back(rule(color, tiles, came, on));
    came = on == isa::EAST    ? isa::WEST
           : on == isa::WEST  ? isa::EAST
           : on == isa::SOUTH ? isa::NORTH
                              : isa::SOUTH;
  };
  if (lane != x) {
    go(line(x, x, y, true), across);
    if (lane - dx != x) {
      go(line(x + dx, lane - dx, y, true), across);
    }
  }
  go(line(lane, lane, y, true), along);
  if (to_y - dy != y) {
    go(line(y + dy, to_y - dy, lane, false), along);
  }
  if (lane != to_x) {
    go(line(lane, lane, to_y, true), across);
    if (to_x - dx != lane) {
      go(line(lane + dx, to_x - dx, to_y, true), across);
    }
  }
  routes.push_back(rule(color, line(to_x, to_x, to_y, true), came, isa::RAMP));
}

/// Behind the relay of each of `rows` rows from `y` on: along the row, both ways.
void add_row(int color, const weft::Rect& region, int at, int y, int rows,
             std::vector<isa::Route>& routes) {
  const int left = region.x;
  const int right = region.x + region.width - 1;
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

int Handoff::lane(int row, int rows) const {
  const int first = row / lanes * lanes;
  const int last = std::min(first + lanes, rows) - 1;
  const int along = north ? row - first : last - row;
  return source(row) + (west != mirrored(row) ? -along : along);
}

weft::Rect reach_of(const Placement& placement, const Handoff& way) {
  return around(placement.regions[static_cast<std::size_t>(way.from)].rect,
                placement.regions[static_cast<std::size_t>(way.to)].rect);
}

Result<Handoffs> plan_handoffs(const Placement& placement, int root, int first_color,
                               int available) {
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
    Handoff way = way_between(placement, i, (i + 1) % regions, root);
    const int height = placement.regions[static_cast<std::size_t>(i)].rect.height;
    const int bands = way.band(height - 1) + 1;
    way.colors.resize(static_cast<std::size_t>(bands));
    const weft::Rect box = reach_of(placement, way);
    for (int band = 0; band < bands; ++band) {
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
    if (way.straight) {
      add_straight(way.colors.front(), way.source_column, way.relay_column, a.y, a.height, routes);
    } else {
      for (int row = 0; row < a.height; ++row) {
        add_stair(way.colors[static_cast<std::size_t>(way.band(row))], way.source(row), a.y + row,
                  way.lane(row, a.height), way.relay_column, b.y + row, routes);
      }
    }
    add_row(handoffs.row_color, b, way.relay_column, b.y, b.height, routes);
  }
  return routes;
}

std::vector<isa::Parameter> handoff_parameters(const Placement& placement,
                                               const Handoffs& handoffs) {
  std::vector<isa::Parameter> parameters;
  for (const Handoff& way : handoffs.ways) {
    for (const bool relay : {false, true}) {
      const std::size_t region = static_cast<std::size_t>(relay ? way.to : way.from);
      const weft::Rect& rect = placement.regions[region].rect;
      for (int first = 0; first < rect.height; first += way.lanes) {
        const int column = relay ? way.relay_column : way.source(first);
        isa::Parameter& parameter = parameters.emplace_back();
        parameter.set_index(relay ? 1 : 0);
        parameter.set_value(1 + way.band(first));
        const int rows = std::min(way.lanes, rect.height - first);
        *parameter.mutable_tiles() = isa::to_proto({{column, 1, 1}, {rect.y + first, 1, rows}});
      }
    }
  }
  return parameters;
}

}  // namespace weft::mapper
