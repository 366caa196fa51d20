// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "models/graph.pb.h"
#include "models/llama_config.h"

namespace weft::models {

/// The graph of a Llama-family decoder: RMSNorm, rotate-half RoPE, grouped-query attention, SwiGLU,
/// tied or untied head, then arg-max. Weights keep their Hugging Face names; a tied head reads the
/// embedding table. Every node's output has the node's name, `dtype` except `logits` (fp32) and
/// `token` (i32). The one graph input is `tokens`, [-1] i32.
Result<Graph> build_llama(const LlamaConfig& config, const std::string& name, ElementType dtype);

}  // namespace weft::models
