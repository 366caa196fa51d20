// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "isa/program_state.h"

namespace weft::isa {

/// What places of a group have in common beside how their branches went and how often their loops
/// ran.
enum class AlikeIn : std::uint8_t {
  timing,  ///< dimensions and strides of descriptors: they have one script (sim/core/script.h)
  checks,  ///< every number that a rule of the verifier looks at
};

/// CSRs whose values a program uses; places that differ in others only do the same.
CsrSet used_csrs(const Program& program);

/// Groups places by what a program does there: the number of each one's group, counted from 0 in
/// order of the places. The program is followed once, for all places at once, apart only where
/// branches and loops part them; numbers that are the same at all places are worked out once.
/// Places are compared by hashes of 128 bits. Nothing: it runs longer than a script may be.
std::optional<std::vector<std::int32_t>> group_places(const Program& program,
                                                      std::span<const Coordinates> places,
                                                      AlikeIn in);

}  // namespace weft::isa
