// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"
#include "sim/core/script.h"

namespace weft::sim {

/// The scripts of all roles: one a role, or one for each row, column or tile where coordinates
/// steer it.
struct ScriptTable {
  std::vector<Script> scripts;
  std::vector<std::int32_t> role_of;    ///< by script
  std::vector<std::int32_t> script_of;  ///< by tile, row-major over the region; -1: no role
};

/// Nothing when a program is too long to be written out. `programs` by role; tile sets lie inside
/// `region`.
std::optional<ScriptTable> write_scripts(const isa::Bundle& bundle,
                                         const std::vector<isa::Program>& programs,
                                         const Rect& region, const CostModel& cost, int engines,
                                         int colors);

}  // namespace weft::sim
