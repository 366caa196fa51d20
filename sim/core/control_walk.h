// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program_state.h"

namespace weft::sim {

/// All that coordinates can change in what a program does or costs: how its branches went, how
/// often its loops ran, the dimensions and strides of its descriptors, in order. Tiles of a role
/// with equal walks have equal scripts (sim/core/script.h); a walk is some fifty times cheaper to
/// make. Empty: longer than a script may be.
std::vector<std::int32_t> control_walk(const isa::Program& program, const isa::Coordinates& at);

}  // namespace weft::sim
