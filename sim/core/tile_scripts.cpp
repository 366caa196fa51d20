// SPDX-License-Identifier: Apache-2.0
#include "sim/core/tile_scripts.h"

#include <algorithm>
#include <map>

#include "base/rect.h"
#include "isa/bundle.h"

namespace weft::sim {
namespace {

class Assigner {
 public:
  Assigner(const isa::Bundle& bundle, const CostModel& cost, int engines, int colors,
           const std::function<std::int32_t(const Script&, int)>& keep,
           std::vector<std::int32_t>& of_tile)
      : bundle_(bundle),
        region_(isa::rect_of(bundle.region())),
        cost_(cost),
        engines_(engines),
        colors_(colors),
        keep_(keep),
        of_tile_(of_tile) {
    of_tile_.assign(static_cast<std::size_t>(region_.area()), -1);
  }

  bool add_role(int role, const isa::Program& program) {
    tiles_.clear();
    for (const isa::TileSet& proto : bundle_.roles(role).tiles()) {
      const weft::TileSet set = isa::tile_set_of(proto);
      for (int j = 0; j < set.y.count; ++j) {
        for (int i = 0; i < set.x.count; ++i) {
          const int x = set.x.first + i * set.x.step;
          const int y = set.y.first + j * set.y.step;
          if (!region_.contains(x, y)) {
            return false;
          }
          tiles_.push_back({x - region_.x, y - region_.y});
          std::int32_t& number = of_tile_[index(tiles_.back())];
          if (number != -1) {
            return false;
          }
          number = kTaken;
        }
      }
    }
    by_x_ = by_y_ = false;
    while (true) {
      const Outcome outcome = assign(role, program);
      if (outcome != Outcome::again) {
        return outcome == Outcome::done;
      }
    }
  }

 private:
  static constexpr std::int32_t kTaken = -2;
  struct At {
    int x = 0;
    int y = 0;
  };
  enum class Outcome { done, again, refused };

  std::size_t index(const At& at) const {
    return static_cast<std::size_t>(at.y) * static_cast<std::size_t>(region_.width) +
           static_cast<std::size_t>(at.x);
  }

  // By the coordinates known to steer the role so far; again when another one turns out to.
  Outcome assign(int role, const isa::Program& program) {
    std::map<std::pair<int, int>, std::int32_t> known;
    for (const At& tile : tiles_) {
      const auto [at, fresh] = known.emplace(std::pair(by_x_ ? tile.x : 0, by_y_ ? tile.y : 0), -1);
      if (fresh) {
        const Script script = write_script(program, {tile.x, tile.y, region_.width, region_.height},
                                           cost_, engines_, colors_);
        if (!script.complete) {
          return Outcome::refused;
        }
        if ((script.by_x && !by_x_) || (script.by_y && !by_y_)) {
          by_x_ |= script.by_x;
          by_y_ |= script.by_y;
          return Outcome::again;
        }
        at->second = keep_(script, role);
        if (at->second < 0) {
          return Outcome::refused;
        }
      }
      of_tile_[index(tile)] = at->second;
    }
    return Outcome::done;
  }

  const isa::Bundle& bundle_;
  const weft::Rect region_;
  const CostModel& cost_;
  const int engines_, colors_;
  const std::function<std::int32_t(const Script&, int)>& keep_;
  std::vector<std::int32_t>& of_tile_;
  std::vector<At> tiles_;
  bool by_x_ = false, by_y_ = false;
};

}  // namespace

bool assign_scripts(const isa::Bundle& bundle, const std::vector<isa::Program>& programs,
                    const CostModel& cost, int engines, int colors,
                    const std::function<std::int32_t(const Script&, int role)>& keep,
                    std::vector<std::int32_t>& of_tile) {
  Assigner assigner(bundle, cost, engines, colors, keep, of_tile);
  for (int role = 0; role < bundle.roles_size(); ++role) {
    if (!assigner.add_role(role, programs[static_cast<std::size_t>(role)])) {
      return false;
    }
  }
  return true;
}

}  // namespace weft::sim
