// SPDX-License-Identifier: Apache-2.0
#include "sim/core/script_table.h"

#include <map>

#include "isa/bundle.h"

namespace weft::sim {
namespace {

/// Writes the scripts of one role, by the coordinates that steer them; starts over when another
/// coordinate turns out to.
class RoleScripts {
 public:
  RoleScripts(const isa::Role& role, const isa::Program& program, const Rect& region)
      : role_(role), program_(program), region_(region) {}

  bool write(const CostModel& cost, int engines, int colors, std::int32_t role,
             ScriptTable& table) {
    const std::size_t before = table.scripts.size();
    for (;;) {
      bool again = false;
      for (const isa::TileSet& proto : role_.tiles()) {
        const weft::TileSet set = isa::tile_set_of(proto);
        for (int j = 0; j < set.y.count && !again; ++j) {
          for (int i = 0; i < set.x.count && !again; ++i) {
            const isa::Coordinates at{set.x.first + i * set.x.step - region_.x,
                                      set.y.first + j * set.y.step - region_.y, region_.width,
                                      region_.height};
            const auto [known, fresh] =
                known_.try_emplace({by_x_ ? at.tx : 0, by_y_ ? at.ty : 0},
                                   static_cast<std::int32_t>(table.scripts.size()));
            if (fresh) {
              Script script = write_script(program_, at, cost, engines, colors);
              if (!script.complete) {
                return false;
              }
              again = (script.by_x && !by_x_) || (script.by_y && !by_y_);
              by_x_ |= script.by_x;
              by_y_ |= script.by_y;
              table.scripts.push_back(std::move(script));
              table.role_of.push_back(role);
            }
            table.script_of[static_cast<std::size_t>(at.ty) *
                                static_cast<std::size_t>(region_.width) +
                            static_cast<std::size_t>(at.tx)] = known->second;
          }
        }
      }
      if (!again) {
        return true;
      }
      known_.clear();
      table.scripts.resize(before);
      table.role_of.resize(before);
    }
  }

 private:
  const isa::Role& role_;
  const isa::Program& program_;
  const Rect region_;
  bool by_x_ = false, by_y_ = false;
  std::map<std::pair<int, int>, std::int32_t> known_;
};

}  // namespace

std::optional<ScriptTable> write_scripts(const isa::Bundle& bundle,
                                         const std::vector<isa::Program>& programs,
                                         const Rect& region, const CostModel& cost, int engines,
                                         int colors) {
  ScriptTable table;
  table.script_of.assign(static_cast<std::size_t>(region.area()), -1);
  for (int role = 0; role < bundle.roles_size(); ++role) {
    RoleScripts scripts(bundle.roles(role), programs[static_cast<std::size_t>(role)], region);
    if (!scripts.write(cost, engines, colors, role, table)) {
      return std::nullopt;
    }
  }
  return table;
}

}  // namespace weft::sim
