// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "models/graph.pb.h"

namespace weft::mapper {

/// Decoding as WaferLLM (OSDI'25) published it, so that its cycles can be compared: a square of
/// tiles, one head as wide as the model, fp16 everywhere, and a fixed cache. Sizes are the padded
/// ones, multiples of `tiles`.
struct WaferLlm {
  int tiles = 1;   ///< along either side of the square
  int groups = 1;  ///< of a line in its all-reduces
  int dim = 1;
  int ffn = 1;
  int sequence = 1;  ///< positions in the cache
  int layers = 1;    ///< each the same one again, as published
  int tokens = 1;    ///< each at the same position, as published

  /// A model padded to the square, with the groups that were published for it or else √tiles.
  static WaferLlm padded(int tiles, int width, int hidden, int positions);

  int dim_tile() const { return dim / tiles; }
  int ffn_tile() const { return ffn / tiles; }
  int sequence_tile() const { return sequence / tiles; }
  /// Rotated pairs of a tile; the last element of an odd number is left alone, as published.
  int pairs() const { return dim_tile() / 2; }
};

/// The sizes of a model of the zoo. Errors: input, not a Llama-like graph.
Result<WaferLlm> waferllm_of(const models::Graph& graph, int tiles, int positions, int tokens);

/// A bundle, and what was decided, a line each. It loads what it computes with from host tensors
/// (host.x, host.q, …) and shows x after every layer. Errors: input.
Result<isa::Bundle> map_waferllm(const WaferLlm& model, const arch::Machine& machine,
                                 std::vector<std::string>& decisions);

}  // namespace weft::mapper
