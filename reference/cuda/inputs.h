// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reference/cuda/graph.h"

namespace weft::reference::cuda {

/// Fills the inputs of a recorded op case, whose shapes and types are given: input i is stream i of
/// the seed. Weights by law_of_weight, activations and tables by kActivationLaw, token ids uniform
/// below the rows of the table (reference/drawn.h).
void draw_inputs(Op op, std::uint64_t seed, std::vector<HostTensor>& inputs);

}  // namespace weft::reference::cuda
