// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "reference/cuda/graph.h"

namespace weft::reference::cuda {

/// The figures of a Llama-family decoder: as much as config.json says of it.
struct LlamaShape {
  const char* name = "";
  DType dtype = DType::f16;
  int hidden = 0;
  int intermediate = 0;
  int layers = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int vocabulary = 0;
  int context = 0;
  double norm_epsilon = 1e-5;
  double rope_theta = 10000;
  bool tied_head = false;
  RopeScaling rope_scaling = {};
};

/// The same graph that models::build_llama makes of the same figures; tests hold the two equal.
Graph make_llama(const LlamaShape& shape);

struct Prompt {
  std::vector<int> tokens;
  int count = 0;  ///< new tokens
};

/// A model that scripts/record-gpu runs with values.
struct FunctionalModel {
  LlamaShape shape;
  std::uint64_t seed = 0;  ///< its weights are drawn (record/checkpoint.h); 0: the zoo has them
  const char* hash = "";   ///< content_hash of its model.safetensors
  Prompt prompt;
};

/// fable-1m, and small ones with drawn weights.
std::vector<FunctionalModel> functional_models();
/// Models that it times; their weights are drawn on the GPU.
std::span<const LlamaShape> timed_models();

/// A row that it writes to reference/measured.
struct TimedStep {
  LlamaShape shape;
  const char* phase = "";  ///< decode, prefill
  int batch = 1;
  int context = 4096;  ///< tokens of the prompt or in each cache
};

/// In the order in which they are timed.
std::vector<TimedStep> timed_steps();

/// config.json of a shape, so that a model with drawn weights can be written as a folder.
std::string config_json(const LlamaShape& shape);

}  // namespace weft::reference::cuda
