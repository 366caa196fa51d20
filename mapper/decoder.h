// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"
#include "models/graph.pb.h"

namespace weft::mapper {

/// A decoder-only transformer as the fuse pass finds it in a graph: dimensions and weight names,
/// nodes with one input in common merged (q, k, v; gate, up). All layers have the same shape.
struct Decoder {
  struct Layer {
    std::string input_gain, q, k, v, o, post_gain, gate, up, down;
  };
  DType dtype = DType::f16;
  int vocabulary = 0;
  int context = 0;
  int width = 0;   ///< model dimension
  int hidden = 0;  ///< MLP dimension
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  double epsilon = 0;
  double rope_theta = 0;
  models::RopeScaling rope_scaling;  ///< factor 0: none
  double scale = 0;
  std::string table, final_gain, head;
  std::vector<Layer> layers;

  int heads_per_group() const { return heads / kv_heads; }
};

/// Errors: input, naming the first node that is not where a Llama-family decoder has it.
Result<Decoder> fuse_decoder(const models::Graph& graph);

}  // namespace weft::mapper
