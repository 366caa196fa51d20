// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "models/graph.pb.h"
#include "reference/cuda/graph.h"

namespace weft::reference::cuda {

/// Errors: input: a node of unknown operation, or one that reads what is neither a node's output,
/// a weight nor the tokens.
Result<Graph> from_models(const models::Graph& graph);

}  // namespace weft::reference::cuda
