// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "reference/cuda/graph.h"

namespace weft::reference::cuda {

/// Where node outputs and weights lie in two arenas. Offsets are multiples of 256 bytes.
struct MemoryPlan {
  std::vector<std::size_t> outputs;  ///< offset of every node's output
  std::size_t output_bytes = 0;
  std::vector<std::size_t> weights;
  std::size_t weight_bytes = 0;
};

/// `rows[i]`: rows of node i. Where not `keep`, outputs nobody will read any more make room.
MemoryPlan plan_memory(const Graph& graph, const std::vector<std::int64_t>& rows, bool keep);

}  // namespace weft::reference::cuda
