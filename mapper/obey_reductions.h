// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "mapper/reductions.h"

namespace weft::mapper {

/// By reduction: in front of a message about what was said of it; empty: nothing was said.
using ReductionPlaces = std::array<std::string, kReductions>;

/// What was decided about a reduction, in full; nothing where no tiles are brought together.
std::optional<ReductionChoice> decided_choice(const Reductions& reductions, Reduction reduction);

/// plan_reductions with everything that was said of its reductions. What would be decided so anyway
/// is not asked for, so that a reduction leaves the plan it shares only where it has to. The same
/// comes out when all that was decided is said. Errors: those of plan_reductions, with the place of
/// what cannot be met.
Result<Reductions> obey_reductions(const Decoder& decoder, const Shape& shape,
                                   const std::vector<Steps>& steps, const ReductionChoices& said,
                                   const ReductionPlaces& places, const arch::Machine& machine,
                                   int available_colors);

}  // namespace weft::mapper
