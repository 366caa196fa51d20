// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/run.h"

namespace weft::cli {

/// Instructions up to which a run is small enough to be timed again for each of its overrides.
inline constexpr std::int64_t kMostInstructionsTimedAgain = 4'000'000;

/// A line for each `--set` of a run that changed none of its figures: the run is timed again
/// without it and everything but the names and limits it echoes is compared. For a run that is
/// larger, or one of many windows, one line that says it was not looked at. `idle` are overrides
/// about which something has been said already.
std::vector<std::string> unfelt_overrides(const RunArguments& arguments, const RunOutcome& outcome,
                                          const std::vector<std::string>& idle);

}  // namespace weft::cli
