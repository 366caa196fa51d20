// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "models/cost.h"
#include "models/graph.pb.h"

namespace weft::cli {

/// The steps `weft model show` counts; 0: as long as the context, at most 4096.
struct ShownSteps {
  int tokens = 0;   ///< of the prefill
  int context = 0;  ///< of the decoded token
};

/// "869,504 parameters in f16, …".
std::string summary_of(const models::Graph& graph);
std::string summary_of(const models::CostModel& cost);

/// Prints parameters, the graph (one layer of many) and what prefill and decode compute and move.
Status show_model(const models::Graph& graph, const ShownSteps& steps);
/// The same of a model without a graph: parameters, and what a sequence takes forward.
Status show_cost(const models::CostModel& cost, const ShownSteps& steps);

}  // namespace weft::cli
