// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "program_spec.h"

namespace weft::sim {

/// Draws a machine of 2 to 9 tiles, trees that share no link unless they may, and programs. The
/// programs follow a global order of trains, so most end; some are then disturbed, and many of
/// those deadlock.
ProgramSpec draw_program(std::uint64_t seed, bool shared_links = false);

}  // namespace weft::sim
