// SPDX-License-Identifier: Apache-2.0
#include "isa/regions.h"

#include <algorithm>

#include "isa/bundle.h"

namespace weft::isa {

Regions::Regions(const Bundle& bundle) : extent_(rect_of(bundle.region())) {
  for (const Region& region : bundle.regions()) {
    regions_.push_back(rect_of(region));
    first_index_.push_back(region.first_index());
  }
  for (const Parameter& parameter : bundle.parameters()) {
    constants_.push_back({static_cast<std::size_t>(parameter.index()), parameter.value(),
                          tile_set_of(parameter.tiles())});
  }
}

bool Regions::Constant::holds(int x, int y) const {
  const int dx = x - tiles.x.first;
  const int dy = y - tiles.y.first;
  if (dx < 0 || dy < 0 || dx % tiles.x.step != 0 || dy % tiles.y.step != 0) {
    return false;
  }
  return dx / tiles.x.step < tiles.x.count && dy / tiles.y.step < tiles.y.count;
}

int Regions::of(int x, int y) const {
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    if (regions_[i].contains(x + extent_.x, y + extent_.y)) {
      return static_cast<int>(i);
    }
  }
  return kNone;
}

FirstIndex::FirstIndex(const Bundle& bundle) {
  if (std::all_of(bundle.regions().begin(), bundle.regions().end(),
                  [](const Region& region) { return region.first_index() == 0; })) {
    return;
  }
  const Regions regions(bundle);
  by_tile_.resize(static_cast<std::size_t>(regions.extent().area()));
  for (std::size_t tile = 0; tile < by_tile_.size(); ++tile) {
    by_tile_[tile] = static_cast<std::uint16_t>(regions.first_index(tile));
  }
}

Coordinates Regions::at(int x, int y) const {
  const int region = of(x, y);
  const weft::Rect& rect = region == kNone ? extent_ : regions_[static_cast<std::size_t>(region)];
  Coordinates at{x + extent_.x - rect.x, y + extent_.y - rect.y, rect.width, rect.height, {}};
  for (const Constant& constant : constants_) {
    if (constant.holds(x + extent_.x, y + extent_.y)) {
      at.parameters[constant.index] = constant.value;
    }
  }
  return at;
}

}  // namespace weft::isa
