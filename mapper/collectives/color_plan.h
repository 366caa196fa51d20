// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "mapper/collectives/line_plan.h"

namespace weft::mapper::collectives {

/// Colors of the flows of all collectives of a region, which may be under way at the same time:
/// flows that meet at a router differ (vertex coloring by Boost.Graph, the most constrained first).
/// Errors: input, with the names of the flows that do not fit.
Result<std::vector<Colors>> assign_colors(const std::vector<std::vector<Flow>>& collectives,
                                          int available);

/// Empty when `colors` keep flows that meet apart and within the colors there are; else what is
/// wrong. Knows nothing of how they were found.
std::string verify_colors(const std::vector<std::vector<Flow>>& collectives,
                          const std::vector<Colors>& colors, int available);

/// A reduction among several that share a region.
struct Want {
  Line line;
  std::vector<Load> loads;
  Wish wish;
};

struct LinePlans {
  std::vector<LinePlan> plans;
  std::vector<Colors> colors;
};

/// Plans for all of them that fit into the colors together with `others`: starts from what each
/// wishes for and takes colors where that costs the fewest cycles. Colors of `others` come last.
/// Errors: input.
Result<LinePlans> plan_lines(const std::vector<Want>& wants, const Timing& timing, int available,
                             const std::vector<std::vector<Flow>>& others = {});

}  // namespace weft::mapper::collectives
