// SPDX-License-Identifier: Apache-2.0
#include "isa/regions.h"

#include "isa/bundle.h"

namespace weft::isa {

Regions::Regions(const Bundle& bundle) : extent_(rect_of(bundle.region())) {
  for (const Region& region : bundle.regions()) {
    regions_.push_back(rect_of(region));
  }
}

int Regions::of(int x, int y) const {
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    if (regions_[i].contains(x + extent_.x, y + extent_.y)) {
      return static_cast<int>(i);
    }
  }
  return kNone;
}

Coordinates Regions::at(int x, int y) const {
  const int region = of(x, y);
  if (region == kNone) {
    return {x, y, extent_.width, extent_.height};
  }
  const weft::Rect& rect = regions_[static_cast<std::size_t>(region)];
  return {x + extent_.x - rect.x, y + extent_.y - rect.y, rect.width, rect.height};
}

}  // namespace weft::isa
