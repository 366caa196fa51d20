// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "mapper/routes/problem.h"
#include "sim/simulate.h"

namespace weft::mapper::routes {

/// Sends the words of all flows over the routes of a solution. What goes wrong, empty when they
/// come out at all sinks and nowhere else.
std::string send_words(const Problem& problem, const Solution& solution, sim::EngineKind engine);

}  // namespace weft::mapper::routes
