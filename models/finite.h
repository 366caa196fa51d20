// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/tensor_file.h"
#include "models/graph.pb.h"

namespace weft::models {

/// Reads every weight the graph names, once, and refuses a NaN or an infinity: no result that
/// follows from one is worth its cycles. Also refuses a stored head that differs from the table it
/// is tied to. For runs with values; a timing-only run needs none of it. Errors: input, naming
/// file, tensor and element.
Status check_finite(const TensorFile& weights, const Graph& graph);

}  // namespace weft::models
