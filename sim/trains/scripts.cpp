// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "isa/bundle.h"
#include "sim/trains/engine.h"

namespace weft::sim::trains {

// False where a program is too long to write out.
Result<bool> Engine::write_scripts() {
  for (int role = 0; role < bundle_.roles_size(); ++role) {
    WEFT_ASSIGN(const isa::Program program, isa::resolve_program(bundle_.roles(role)));
    if (!write_role(role, program)) {
      return false;
    }
  }
  return true;
}

// One script for all tiles of a role, or for those with the same coordinates where these steer it.
bool Engine::write_role(int role, const isa::Program& program) {
  bool by_x = false;
  bool by_y = false;
  std::map<std::pair<int, int>, std::int32_t> known;
  for (const isa::TileSet& proto : bundle_.roles(role).tiles()) {
    const weft::TileSet set = isa::tile_set_of(proto);
    for (int i = 0; i < set.x.count * set.y.count; ++i) {
      const int x = set.x.first + i % set.x.count * set.x.step - region_.x;
      const int y = set.y.first + i / set.x.count * set.y.step - region_.y;
      auto at = known.find({by_x ? x : 0, by_y ? y : 0});
      if (at == known.end()) {
        Script script = write_script(program, {x, y, region_.width, region_.height}, cost_,
                                     machine_.tile().queue_engines(), machine_.fabric().colors());
        if (!script.complete) {
          return false;
        }
        if ((script.by_x && !by_x) || (script.by_y && !by_y)) {
          by_x |= script.by_x;
          by_y |= script.by_y;
          known.clear();  // those before were steered alike, or this tile would not differ
        }
        at = known
                 .emplace(std::pair(by_x ? x : 0, by_y ? y : 0),
                          static_cast<std::int32_t>(scripts_.size()))
                 .first;
        scripts_.push_back(std::move(script));
      }
      tiles_[static_cast<std::size_t>(y * region_.width + x)].script = at->second;
    }
  }
  return true;
}

}  // namespace weft::sim::trains
