// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/dtype.h"

namespace weft {

/// A Llama-family checkpoint with random weights, drawn from `seed`.
struct RandomModel {
  DType dtype = DType::f16;
  int width = 24;
  int hidden = 40;
  int layers = 2;
  int heads = 4;
  int kv_heads = 2;
  int head_dim = 6;
  int vocabulary = 50;
  int context = 64;
  bool tied = false;
  bool scaled_rope = false;  ///< as Llama 3.1, from an original context of 24
  std::uint64_t seed = 1;
};

/// Writes config.json and model.safetensors (no tokenizer) into `folder`.
void write_random_model(const RandomModel& model, const std::filesystem::path& folder);

}  // namespace weft
