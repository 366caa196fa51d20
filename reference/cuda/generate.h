// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reference/cuda/model.h"

namespace weft::reference::cuda {

/// What a model computed: the prompt all at once, then one token at a time from the cache.
struct Generated {
  std::vector<int> tokens;          ///< new ones
  std::vector<HostTensor> outputs;  ///< of every node, all positions computed, in order
};

/// Greedily, `count` new tokens; the last one is not fed back. `model` has one sequence and keeps
/// every output.
Result<Generated> generate(Model& model, const std::vector<int>& prompt, int count);

}  // namespace weft::reference::cuda
