// SPDX-License-Identifier: Apache-2.0
#include "mapper/chain.h"

#include <algorithm>
#include <map>
#include <set>

#include "isa/bundle.h"

namespace weft::mapper {
namespace {

/// One rule of one flow at an axis index.
struct Rule {
  int index = 0;
  isa::Direction rx = isa::RAMP;
  std::vector<isa::Direction> tx;
};

struct Directions {
  isa::Direction up, down;  ///< towards higher and lower indices
};

Directions directions(const ChainAxis& axis) {
  return axis.along_x ? Directions{isa::EAST, isa::WEST} : Directions{isa::SOUTH, isa::NORTH};
}

// Links of the chains: the tile at `index` sends one hop up (left half) or down (right half).
void chain_rules(const ChainAxis& axis, Flow flow, std::vector<Rule>& rules) {
  const auto [up, down] = directions(axis);
  const bool right = flow == Flow::right0 || flow == Flow::right1;
  const int parity = flow == Flow::left1 || flow == Flow::right1 ? 1 : 0;
  for (int c = 0; c < axis.chains; ++c) {
    for (int i = 0; i < axis.length; ++i) {
      const ChainPlace place = axis.place(c * axis.length + i);
      if (place.kind == ChainPlace::Kind::root || place.right != right || place.parity != parity) {
        continue;
      }
      const int from = c * axis.length + i;
      rules.push_back({from, isa::RAMP, {right ? down : up}});
      rules.push_back({right ? from - 1 : from + 1, right ? up : down, {isa::RAMP}});
    }
  }
}

void broadcast_rules(const ChainAxis& axis, std::vector<Rule>& rules) {
  const auto [up, down] = directions(axis);
  for (int c = 0; c < axis.chains; ++c) {
    for (int i = 0; i < axis.length; ++i) {
      Rule rule{c * axis.length + i, isa::RAMP, {}};
      if (i != axis.root()) {
        rule.rx = i < axis.root() ? up : down;
        rule.tx.push_back(isa::RAMP);
      }
      if (i <= axis.root() && i > 0) {
        rule.tx.push_back(down);
      }
      if (i >= axis.root() && i + 1 < axis.length) {
        rule.tx.push_back(up);
      }
      rules.push_back(rule);
    }
  }
}

std::vector<Rule> flow_rules(const ChainAxis& axis, Flow flow) {
  std::vector<Rule> rules;
  if (axis.length > 1) {
    if (flow == Flow::broadcast) {
      broadcast_rules(axis, rules);
    } else {
      chain_rules(axis, flow, rules);
    }
  }
  return rules;
}

}  // namespace

ChainPlace ChainAxis::place(int index) const {
  ChainPlace result;
  if (length == 1) {
    return result;
  }
  if (index >= length * chains) {
    result.kind = ChainPlace::Kind::outside;
    return result;
  }
  const int i = index % length;
  if (i == root()) {
    result.kind = ChainPlace::Kind::root;
    result.from_left = i > 0;
    result.from_right = i + 1 < length;
    return result;
  }
  result.right = i > root();
  result.kind = i == 0 || i + 1 == length ? ChainPlace::Kind::first : ChainPlace::Kind::middle;
  result.parity = (result.right ? i - root() - 1 : root() - 1 - i) % 2;
  return result;
}

std::vector<int> flow_indices(const ChainAxis& axis, Flow flow) {
  std::set<int> indices;
  for (const Rule& rule : flow_rules(axis, flow)) {
    indices.insert(rule.index);
  }
  return {indices.begin(), indices.end()};
}

std::vector<isa::Route> chain_routes(const ChainAxis& axis, const FlowColors& colors,
                                     const weft::Rect& region) {
  std::vector<isa::Route> routes;
  const weft::Stride across{axis.along_x ? region.y : region.x, 1,
                            axis.along_x ? region.height : region.width};
  for (int f = 0; f < kFlows; ++f) {
    // Indices with the same rule become strides.
    std::map<std::pair<isa::Direction, std::vector<isa::Direction>>, std::vector<int>> same;
    for (const Rule& rule : flow_rules(axis, static_cast<Flow>(f))) {
      same[{rule.rx, rule.tx}].push_back(rule.index);
    }
    for (auto& [rule, indices] : same) {
      std::sort(indices.begin(), indices.end());
      for (weft::Stride stride : to_strides(indices)) {
        stride.first += axis.along_x ? region.x : region.y;
        isa::Route route;
        route.set_color(colors[static_cast<std::size_t>(f)]);
        *route.mutable_tiles() = isa::to_proto(axis.along_x ? weft::TileSet{stride, across}
                                                            : weft::TileSet{across, stride});
        route.set_rx(rule.first);
        for (const isa::Direction tx : rule.second) {
          route.add_tx(tx);
        }
        routes.push_back(std::move(route));
      }
    }
  }
  return routes;
}

std::vector<weft::Stride> to_strides(const std::vector<int>& indices) {
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
      if (stride.count == 2 && at + 2 < indices.size()) {
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

}  // namespace weft::mapper
