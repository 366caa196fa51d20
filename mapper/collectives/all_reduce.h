// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "mapper/collectives/line_plan.h"
#include "mapper/collectives/ring.h"

namespace weft::mapper::collectives {

/// An all-reduce along a line: a tree and back, or a ring where the vector can be cut into shares.
using AllReduce = std::variant<LinePlan, Ring>;

/// The cheaper of the best tree and the ring, or what the wish names. The ring takes part only
/// where the wish does not name a tree: it needs the vector padded to a share a tile. Errors:
/// input.
Result<AllReduce> plan_all_reduce(const Line& line, std::int64_t words, const Timing& timing,
                                  const Wish& wish);

std::int64_t cycles_of(const AllReduce& plan, std::int64_t words, const Timing& timing);
std::string text_of(const AllReduce& plan, std::int64_t words, const Timing& timing);
std::vector<Flow> flows_of(const AllReduce& plan);

}  // namespace weft::mapper::collectives
