// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/ring.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "isa/bundle.h"
#include "mapper/collectives/line.h"

namespace weft::mapper {

int Ring::rank(int position) const {
  return position % 2 == 0 ? position / 2 : length_ - (position + 1) / 2;
}

int Ring::next(int position) const {
  if (position % 2 == 0) {
    return position + 2 < length_   ? position + 2
           : position + 1 < length_ ? position + 1
           : position > 0           ? position - 1
                                    : 0;
  }
  return position > 1 ? position - 2 : 0;
}

int Ring::previous(int position) const {
  if (position % 2 == 1) {
    return position + 2 < length_   ? position + 2
           : position + 1 < length_ ? position + 1
                                    : position - 1;
  }
  return position > 1 ? position - 2 : length_ > 1 ? 1 : 0;
}

int Ring::color(int position) const {
  const int to = next(position);
  const int sum = position + to;
  // Of streams of one hop there are two: to position 0, and between the last two positions.
  const int passed = sum % 2 == 0 ? sum / 2 : to == 0 ? 0 : length_ - 1;
  return passed % kColors;
}

RingPlace Ring::place(int position) const {
  if (length_ == 1) {
    return {};
  }
  return {color(position), color(previous(position)), position % 2 == 1};
}

std::vector<std::pair<RingPlace, std::vector<int>>> Ring::places() const {
  std::map<RingPlace, std::vector<int>> positions;
  for (int at = 0; at < length_; ++at) {
    positions[place(at)].push_back(at);
  }
  return {positions.begin(), positions.end()};
}

std::vector<isa::Route> Ring::routes(const weft::Rect& region, bool along_x, bool backward,
                                     const int* colors) const {
  // Positions by color and by where words come from and go to: 0 the core, else up or down.
  std::map<std::tuple<int, int, int>, std::vector<int>> rules;
  for (int from = 0; length_ > 1 && from < length_; ++from) {
    const int to = next(from);
    const int step = to > from ? 1 : -1;
    for (int at = from;; at += step) {
      const int behind = at == from ? 0 : -step;
      const int ahead = at == to ? 0 : step;
      rules[{color(from), backward ? ahead : behind, backward ? behind : ahead}].push_back(at);
      if (at == to) {
        break;
      }
    }
  }
  const auto direction = [&](int where) {
    return where == 0  ? isa::RAMP
           : along_x   ? (where > 0 ? isa::EAST : isa::WEST)
           : where > 0 ? isa::SOUTH
                       : isa::NORTH;
  };
  std::vector<isa::Route> routes;
  for (auto& [rule, positions] : rules) {
    const auto& [color, from, to] = rule;
    std::sort(positions.begin(), positions.end());
    for (weft::Stride line : collectives::strides_of(positions)) {
      line.first += along_x ? region.x : region.y;
      const weft::Stride all = along_x ? weft::Stride{region.y, 1, region.height}
                                       : weft::Stride{region.x, 1, region.width};
      isa::Route& route = routes.emplace_back();
      route.set_color(colors[color]);
      *route.mutable_tiles() =
          isa::to_proto(along_x ? weft::TileSet{line, all} : weft::TileSet{all, line});
      route.set_rx(direction(from));
      route.add_tx(direction(to));
    }
  }
  return routes;
}

}  // namespace weft::mapper
