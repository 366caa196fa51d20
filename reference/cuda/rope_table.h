// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reference/cuda/graph.h"

namespace weft::reference::cuda {

/// Cosines and sines of all pairs at positions 0..positions-1, (positions, head_dim / 2), rounded
/// to fp32 from float64 angles.
struct RopeTable {
  std::vector<float> cosines;
  std::vector<float> sines;
};

RopeTable make_rope_table(const Node& node, int positions);

}  // namespace weft::reference::cuda
