// SPDX-License-Identifier: Apache-2.0
#include "sim/core/roles.h"

#include <fmt/format.h>

#include "isa/bundle.h"

namespace weft::sim {

Result<std::vector<std::int32_t>> assign_roles(const isa::Bundle& bundle) {
  const Rect region = isa::rect_of(bundle.region());
  std::vector<std::int32_t> role_of(static_cast<std::size_t>(region.area()), -1);
  for (int r = 0; r < bundle.roles_size(); ++r) {
    for (const isa::TileSet& proto : bundle.roles(r).tiles()) {
      const TileSet set = isa::tile_set_of(proto);
      for (int j = 0; j < set.y.count; ++j) {
        for (int i = 0; i < set.x.count; ++i) {
          const int x = set.x.first + i * set.x.step;
          const int y = set.y.first + j * set.y.step;
          if (!region.contains(x, y)) {
            return input_error(fmt::format("role {}: tile ({},{}) is outside the region",
                                           bundle.roles(r).name(), x, y));
          }
          auto& role =
              role_of[static_cast<std::size_t>((y - region.y) * region.width + x - region.x)];
          if (role >= 0) {
            return input_error(fmt::format("tile ({},{}) has two roles: {} and {}", x, y,
                                           bundle.roles(role).name(), bundle.roles(r).name()));
          }
          role = r;
        }
      }
    }
  }
  return role_of;
}

}  // namespace weft::sim
