// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/rope_table.h"

#include <cmath>

namespace weft::reference::cuda {
namespace {

constexpr double kTurn = 6.283185307179586476925;

/// Llama 3.1: the frequency of a pair, by how often it turns within the original context.
double stretched(double frequency, const RopeScaling& scaling) {
  if (scaling.factor == 0) {
    return frequency;
  }
  const double turns = scaling.original_context * frequency / kTurn;
  if (turns < scaling.low_frequency) {
    return frequency / scaling.factor;
  }
  if (turns > scaling.high_frequency) {
    return frequency;
  }
  const double share =
      (turns - scaling.low_frequency) / (scaling.high_frequency - scaling.low_frequency);
  return frequency * (share + (1 - share) / scaling.factor);
}

}  // namespace

RopeTable make_rope_table(const Node& node, int positions) {
  const int half = node.head_dim / 2;
  RopeTable table;
  table.cosines.reserve(static_cast<std::size_t>(positions) * half);
  table.sines.reserve(static_cast<std::size_t>(positions) * half);
  std::vector<double> frequencies;
  for (int pair = 0; pair < half; ++pair) {
    frequencies.push_back(
        stretched(std::pow(node.rope_theta, -2.0 * pair / node.head_dim), node.rope_scaling));
  }
  for (int position = 0; position < positions; ++position) {
    for (const double frequency : frequencies) {
      table.cosines.push_back(static_cast<float>(std::cos(position * frequency)));
      table.sines.push_back(static_cast<float>(std::sin(position * frequency)));
    }
  }
  return table;
}

}  // namespace weft::reference::cuda
