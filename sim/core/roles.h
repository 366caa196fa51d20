// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "isa/bundle.pb.h"

namespace weft::sim {

/// The role of each tile of the region, row-major; -1: none. Errors: input (a tile outside the
/// region, or with two roles).
Result<std::vector<std::int32_t>> assign_roles(const isa::Bundle& bundle);

}  // namespace weft::sim
