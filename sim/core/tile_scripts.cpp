// SPDX-License-Identifier: Apache-2.0
#include "sim/core/tile_scripts.h"

#include <algorithm>
#include <map>

#include "base/rect.h"
#include "isa/bundle.h"
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
    by_ = 0;
    kept_.clear();
    again_ = free;
    bool accepted = false;
    while (again_) {
      again_ = false;
      known_.clear();
      accepted = each_tile(role, [&](int x, int y) { return assign(role, program, x, y); });
    }
    return accepted;
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

  // By the CSRs known to steer the role so far; again when another one turns out to.
  bool assign(int role, const isa::Program& program, int x, int y) {
    const isa::Coordinates at = regions_.at(x, y);
    const auto [known, fresh] = known_.emplace(isa::only(by_, at), -1);
    if (fresh) {
      const Script& script = memo_.script(
          role, at, program, [&] { return write_script(program, at, cost_, engines_, colors_); });
      again_ = script.complete && (script.by & ~by_) != 0;
      by_ |= script.by;
      known->second = script.complete && !again_ ? number_of(script, role) : -1;
    }
    number(x, y) = known->second;
    return known->second >= 0;
  }

  // What the caller called this script, which several coordinates may share.
  std::int32_t number_of(const Script& script, int role) {
    const auto [kept, fresh] = kept_.emplace(&script, -1);
    if (fresh) {
      kept->second = keep_(script, role);
    }
    return kept->second;
  }

  const isa::Bundle& bundle_;
  const weft::Rect region_;
  const isa::Regions regions_;
  const CostModel& cost_;
  const int engines_, colors_;
  const std::function<std::int32_t(const Script&, int)>& keep_;
  std::vector<std::int32_t>& of_tile_;
  ScriptMemo& memo_;
  std::map<isa::Coordinates, std::int32_t> known_;  // number of a script by what steers it
  std::map<const Script*, std::int32_t> kept_;      // … of the role under way
  isa::CsrSet by_ = 0;
  bool again_ = false;
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
