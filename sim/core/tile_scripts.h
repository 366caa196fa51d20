// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "isa/bundle.pb.h"
#include "isa/control_walk.h"
#include "sim/core/script.h"

namespace weft::sim {

/// Scripts that were written before, for engines that take up one bundle after the other: by the
/// control walk of a tile, so that tiles share one where coordinates steer nothing differently.
class ScriptMemo {
 public:
  /// The script of the tile of a role that stands at `at`, written by `write` the first time.
  template <class Write>
  const Script& script(int role, const isa::Coordinates& at, const isa::Program& program,
                       Write&& write) {
    const Script*& known = by_place_[{role, at}];
    if (known == nullptr) {
      const auto walk = isa::control_walk(program, at, isa::WalkOf::timing);
      auto& shared = walk ? by_walk_[{role, *walk}] : by_walk_[{-1 - role, {by_place_.size(), 0}}];
      if (shared == nullptr) {
        shared = std::make_unique<Script>(write());
      }
      known = shared.get();
    }
    return *known;
  }

 private:
  std::map<std::pair<int, isa::Coordinates>, const Script*> by_place_;
  std::map<std::pair<int, isa::WalkPrint>, std::unique_ptr<Script>> by_walk_;
};

/// Writes the script of every tile of a bundle's region, once for all tiles of a role that take the
/// same steps. `keep` gets each with its role and gives it a number, -1: not accepted; `of_tile`
/// gets these, row-major, -1: no role. A script may be written that no tile runs in the end. False
/// when one cannot be written out or is not accepted, or a role has tiles outside the region or of
/// another role. `memo`: of this bundle on this machine.
bool assign_scripts(const isa::Bundle& bundle, const std::vector<isa::Program>& programs,
                    const CostModel& cost, int engines, int colors,
                    const std::function<std::int32_t(const Script&, int role)>& keep,
                    std::vector<std::int32_t>& of_tile, ScriptMemo* memo = nullptr);

}  // namespace weft::sim
