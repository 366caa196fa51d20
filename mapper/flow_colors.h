// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mapper/handoff.h"
#include "mapper/placement.h"
#include "mapper/reductions.h"

namespace weft::mapper {

/// What the user said of one flow.
struct ColorChoice {
  std::string flow;
  int color = 0;
  std::string place;  ///< in front of a message about it
};

/// A flow of a mapping. `o x 1` is a train of the collective along x that `o` is the first to use,
/// `o x back` its multicast, `handoff rows` and `handoff front` (`handoff front 1`: its second
/// band) what goes from a region to the next.
struct NamedFlow {
  std::string name;
  int color = 0;
};
std::vector<NamedFlow> named_flows(const Placement& placement, const Reductions& reductions,
                                   const Handoffs& handoffs);

/// Gives flows the colors that were said. Others keep theirs unless they meet such a flow; these
/// take the first that is free. Errors: input: no such flow, flows that meet on one color, no color
/// left.
Status obey_colors(const std::vector<ColorChoice>& choices, int available,
                   const Placement& placement, Reductions& reductions, Handoffs& handoffs);

}  // namespace weft::mapper
