// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "program_spec.h"

namespace weft::sim {

/// A program over a region of any size: colors with several trees that turn and fork over free
/// links, one train a tree and round, in one order of colors on every tile, so that it ends; cores
/// begin and go on at random times.
ProgramSpec draw_wide_program(std::uint64_t seed, int width, int height, int colors,
                              int links_a_tree);

}  // namespace weft::sim
