// SPDX-License-Identifier: Apache-2.0
#include "sim/core/tile_scripts.h"

#include <algorithm>
#include <optional>

#include "base/rect.h"
#include "isa/bundle.h"
#include "isa/place_groups.h"
#include "isa/regions.h"

namespace weft::sim {
namespace {

class Assigner {
 public:
  Assigner(const isa::Bundle& bundle, const CostModel& cost, int engines, int colors,
           const std::function<std::int32_t(const Script&, int)>& keep,
           std::vector<std::int32_t>& of_tile, ScriptMemo& memo)
      : bundle_(bundle),
        region_(isa::rect_of(bundle.region())),
        regions_(bundle),
        cost_(cost),
        engines_(engines),
        colors_(colors),
        keep_(keep),
        of_tile_(of_tile),
        memo_(memo) {
    of_tile_.assign(static_cast<std::size_t>(region_.area()), -1);
  }

  bool add_role(int role, const isa::Program& program) {
    const bool free = each_tile(role, [&](int x, int y) {
      if (!region_.contains(x + region_.x, y + region_.y) || number(x, y) != -1) {
        return false;
      }
      number(x, y) = kTaken;
      return true;
    });
    if (!free) {
      return false;
    }
    ScriptMemo::OfRole& known = memo_.of(role);
    if (known.group.empty()) {
      write_scripts(role, program, known);
    }
    kept_.assign(known.scripts.size(), std::nullopt);
    return each_tile(role, [&](int x, int y) { return assign(role, known, x, y); });
  }

 private:
  static constexpr std::int32_t kTaken = -2;

  std::int32_t& number(int x, int y) {
    return of_tile_[static_cast<std::size_t>(y) * static_cast<std::size_t>(region_.width) +
                    static_cast<std::size_t>(x)];
  }

  // Visits the tiles of a role, from the corner of the region on, until one says no.
  template <class Visit>
  bool each_tile(int role, Visit&& visit) {
    for (const isa::TileSet& proto : bundle_.roles(role).tiles()) {
      const weft::TileSet set = isa::tile_set_of(proto);
      for (int j = 0; j < set.y.count; ++j) {
        for (int i = 0; i < set.x.count; ++i) {
          if (!visit(set.x.first + i * set.x.step - region_.x,
                     set.y.first + j * set.y.step - region_.y)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  void write_scripts(int role, const isa::Program& program, ScriptMemo::OfRole& its) {
    its.used = isa::used_csrs(program, isa::AlikeIn::timing);
    std::vector<isa::Coordinates> places;
    each_tile(role, [&](int x, int y) {
      const isa::Coordinates at = isa::only(its.used, regions_.at(x, y));
      if (its.number.try_emplace(at, static_cast<std::int32_t>(places.size())).second) {
        places.push_back(at);
      }
      return true;
    });
    auto groups = isa::group_places(program, places, isa::AlikeIn::timing);
    if (!groups) {
      groups.emplace(places.size(), 0);  // too long at every place
    }
    its.group = std::move(*groups);
    for (std::size_t place = 0; place < places.size(); ++place) {
      if (its.group[place] == static_cast<std::int32_t>(its.scripts.size())) {
        its.scripts.push_back(write_script(program, places[place], cost_, engines_, colors_));
      }
    }
  }

  bool assign(int role, const ScriptMemo::OfRole& its, int x, int y) {
    const std::int32_t place = its.number.at(isa::only(its.used, regions_.at(x, y)));
    const auto group = static_cast<std::size_t>(its.group[static_cast<std::size_t>(place)]);
    if (!kept_[group]) {
      const Script& script = its.scripts[group];
      kept_[group] = script.complete ? keep_(script, role) : -1;
    }
    number(x, y) = *kept_[group];
    return number(x, y) >= 0;
  }

  const isa::Bundle& bundle_;
  const weft::Rect region_;
  const isa::Regions regions_;
  const CostModel& cost_;
  const int engines_, colors_;
  const std::function<std::int32_t(const Script&, int)>& keep_;
  std::vector<std::int32_t>& of_tile_;
  ScriptMemo& memo_;
  std::vector<std::optional<std::int32_t>> kept_;  ///< of the role under way, by group
};

}  // namespace

bool assign_scripts(const isa::Bundle& bundle, const std::vector<isa::Program>& programs,
                    const CostModel& cost, int engines, int colors,
                    const std::function<std::int32_t(const Script&, int role)>& keep,
                    std::vector<std::int32_t>& of_tile, ScriptMemo* memo) {
  ScriptMemo own;
  Assigner assigner(bundle, cost, engines, colors, keep, of_tile, memo == nullptr ? own : *memo);
  for (int role = 0; role < bundle.roles_size(); ++role) {
    if (!assigner.add_role(role, programs[static_cast<std::size_t>(role)])) {
      return false;
    }
  }
  return true;
}

}  // namespace weft::sim
