// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "program_spec.h"

namespace weft::sim {

/// Draws 2 to 9 tiles in a row and programs on one buffer a tile: trains of several element types,
/// arithmetic and probes on bytes that overlap as they like. Careful programs write before they
/// read and wait before they touch; others now and then do not, and some are disturbed.
ProgramSpec draw_data_program(std::uint64_t seed);

}  // namespace weft::sim
