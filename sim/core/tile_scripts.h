// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "isa/bundle.pb.h"
#include "sim/core/script.h"

namespace weft::sim {

/// Writes the script of every tile of a bundle's region, once for all tiles of a role that take the
/// same steps. `keep` gets each with its role and gives it a number, -1: not accepted; `of_tile`
/// gets these, row-major, -1: no role. A script may be written that no tile runs in the end. False
/// when one cannot be written out or is not accepted, or a role has tiles outside the region or of
/// another role.
bool assign_scripts(const isa::Bundle& bundle, const std::vector<isa::Program>& programs,
                    const CostModel& cost, int engines, int colors,
                    const std::function<std::int32_t(const Script&, int role)>& keep,
                    std::vector<std::int32_t>& of_tile);

}  // namespace weft::sim
