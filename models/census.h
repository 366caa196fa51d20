// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "models/graph.pb.h"

namespace weft::models {

/// A step of a model: `tokens` new positions, the last of which sees `context` positions, its own
/// included. Prefill of N tokens is {N, N}, decoding one at context C is {1, C}. Logits and arg-max
/// are of the last position only.
struct Step {
  std::int64_t tokens = 1;
  std::int64_t context = 1;
};

/// What nodes compute and what they must move at least, every operand once; exact up to 2^53.
/// docs/cli.md has the formulas.
struct Work {
  double nodes = 0;
  double flops = 0;             ///< a multiply-accumulate is two
  double weight_bytes = 0;      ///< read
  double kv_bytes = 0;          ///< of the KV cache, read and written
  double activation_bytes = 0;  ///< read and written

  double bytes() const { return weight_bytes + kv_bytes + activation_bytes; }
  Work& operator+=(const Work& other);
};

/// A step of a whole graph, by kind of op and in all.
struct Census {
  std::array<Work, Op_ARRAYSIZE> ops;
  Work total;
};

Census take_census(const Graph& graph, const Step& step);

/// Bytes of all weights, as stored; a tied head counts once.
double weight_bytes(const Graph& graph);
/// Bytes of keys and values of `context` positions in all layers.
double cache_bytes(const Graph& graph, std::int64_t context);

}  // namespace weft::models
