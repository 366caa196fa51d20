// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "isa/bundle.pb.h"
#include "sim/core/script.h"

namespace weft::sim {

/// Scripts that were written before, for engines that take up one bundle after the other.
class ScriptMemo {
 public:
  /// Of one role.
  struct OfRole {
    isa::CsrSet used = 0;
    std::map<isa::Coordinates, std::int32_t> number;  ///< of a place
    std::vector<std::int32_t> group;                  ///< by place
    std::vector<Script> scripts;                      ///< by group
  };

  /// Groups and scripts not yet written are empty.
  OfRole& of(int role) { return roles_[role]; }

 private:
  std::map<int, OfRole> roles_;
};

/// Writes the script of every tile of a bundle's region, once for all tiles of a role that take the
/// same steps. `keep` gets each with its role and gives it a number, -1: not accepted; `of_tile`
/// gets these, row-major, -1: no role. False
/// when one cannot be written out or is not accepted, or a role has tiles outside the region or of
/// another role. `memo`: of this bundle on this machine.
bool assign_scripts(const isa::Bundle& bundle, const std::vector<isa::Program>& programs,
                    const CostModel& cost, int engines, int colors,
                    const std::function<std::int32_t(const Script&, int role)>& keep,
                    std::vector<std::int32_t>& of_tile, ScriptMemo* memo = nullptr);

}  // namespace weft::sim
