// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "isa/program_state.h"

namespace weft::isa {

/// What a walk writes down beside how its branches went and how often its loops ran.
enum class WalkOf : std::uint8_t {
  timing,  ///< dimensions and strides of descriptors: tiles of a role with equal walks have equal
           ///< scripts (sim/core/script.h)
  checks,  ///< every number that a rule of the verifier looks at
};

/// A walk as a number: two that differ have one by chance less often than memory fails.
struct WalkPrint {
  std::uint64_t a = 0;
  std::uint64_t b = 0;

  auto operator<=>(const WalkPrint&) const = default;
};

/// All that the coordinates of a tile can change in what a program does, in order; some fifty times
/// cheaper than what tiles with equal walks may share. Nothing: longer than a script may be.
std::optional<WalkPrint> control_walk(const Program& program, const Coordinates& at, WalkOf of);

}  // namespace weft::isa
