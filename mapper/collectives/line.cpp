// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/line.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "isa/bundle.h"

namespace weft::mapper::collectives {
namespace {

isa::Direction direction(Way way, bool along_x) {
  if (way == kRamp) {
    return isa::RAMP;
  }
  return way == kUp ? (along_x ? isa::EAST : isa::SOUTH) : (along_x ? isa::WEST : isa::NORTH);
}

}  // namespace

bool Flow::meets(const Flow& other) const {
  if (extent == Extent::everywhere || other.extent != extent) {
    return true;
  }
  auto a = indices.begin();
  auto b = other.indices.begin();
  while (a != indices.end() && b != other.indices.end()) {
    if (*a == *b) {
      return true;
    }
    *a < *b ? ++a : ++b;
  }
  return false;
}

std::vector<Flow> flows_of(const Line& line, const std::vector<LineRule>& rules,
                           const std::string& name) {
  std::vector<std::set<int>> positions;
  for (const LineRule& rule : rules) {
    const auto flow = static_cast<std::size_t>(rule.flow);
    positions.resize(std::max(positions.size(), flow + 1));
    positions[flow].insert(rule.position);
  }
  std::vector<Flow> flows;
  for (std::size_t f = 0; f < positions.size(); ++f) {
    Flow flow{fmt::format("{} {}", name, f), line.along_x ? Flow::Extent::x : Flow::Extent::y, {}};
    for (int c = 0; c < line.lines; ++c) {
      for (const int position : positions[f]) {
        flow.indices.push_back(line.first + c * line.length + position);
      }
    }
    flows.push_back(std::move(flow));
  }
  return flows;
}

std::vector<isa::Route> routes_of(const Line& line, const std::vector<LineRule>& rules,
                                  const Colors& colors, const weft::Rect& region) {
  // Positions with the same rule become strides.
  std::map<std::tuple<int, Way, unsigned>, std::vector<int>> same;
  for (int c = 0; c < line.lines; ++c) {
    for (const LineRule& rule : rules) {
      same[{rule.flow, rule.rx, rule.tx}].push_back(line.first + c * line.length + rule.position);
    }
  }
  const weft::Stride across{line.along_x ? region.y : region.x, 1,
                            line.along_x ? region.height : region.width};
  std::vector<isa::Route> routes;
  for (auto& [rule, indices] : same) {
    const auto& [flow, rx, tx] = rule;
    std::sort(indices.begin(), indices.end());
    for (weft::Stride stride : strides_of(indices)) {
      stride.first += line.along_x ? region.x : region.y;
      isa::Route route;
      route.set_color(colors[static_cast<std::size_t>(flow)]);
      *route.mutable_tiles() = isa::to_proto(line.along_x ? weft::TileSet{stride, across}
                                                          : weft::TileSet{across, stride});
      route.set_rx(direction(rx, line.along_x));
      for (const Way way : {kRamp, kUp, kDown}) {
        if ((tx & way) != 0) {
          route.add_tx(direction(way, line.along_x));
        }
      }
      routes.push_back(std::move(route));
    }
  }
  return routes;
}

void add_multicast(int flow, int length, int source, std::vector<LineRule>& rules) {
  for (int i = 0; i < length; ++i) {
    LineRule rule{flow, i, i == source ? kRamp : i < source ? kUp : kDown, 0};
    rule.tx |= i != source ? unsigned{kRamp} : 0U;
    rule.tx |= i <= source && i > 0 ? unsigned{kDown} : 0U;
    rule.tx |= i >= source && i + 1 < length ? unsigned{kUp} : 0U;
    rules.push_back(rule);
  }
}

void add_way(int flow, int from, int to, std::vector<LineRule>& rules) {
  const int step = to > from ? 1 : -1;
  const Way onward = to > from ? kUp : kDown;
  const Way origin = to > from ? kDown : kUp;
  rules.push_back({flow, from, kRamp, onward});
  for (int i = from + step; i != to; i += step) {
    rules.push_back({flow, i, origin, onward});
  }
  rules.push_back({flow, to, origin, kRamp});
}

std::vector<weft::Stride> strides_of(const std::vector<int>& indices) {
  std::vector<weft::Stride> strides;
  std::size_t at = 0;
  while (at < indices.size()) {
    weft::Stride stride{indices[at], 1, 1};
    if (at + 1 < indices.size()) {
      stride.step = indices[at + 1] - indices[at];
      while (at + static_cast<std::size_t>(stride.count) < indices.size() &&
             indices[at + static_cast<std::size_t>(stride.count)] ==
                 stride.first + stride.count * stride.step) {
        ++stride.count;
      }
      // Two indices far apart are better left alone: the next may start a longer run.
      if (stride.count == 2 && stride.step > 1 && at + 2 < indices.size()) {
        stride.count = 1;
      }
      if (stride.count == 1) {
        stride.step = 1;
      }
    }
    at += static_cast<std::size_t>(stride.count);
    strides.push_back(stride);
  }
  return strides;
}

}  // namespace weft::mapper::collectives
