// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/graph.pb.h"

namespace weft::models {

/// rope_scaling of type "llama3"; see RopeScaling in graph.proto. Factor 0: none.
struct RopeFactors {
  double factor = 0;
  double low_frequency = 0;
  double high_frequency = 0;
  int original_context = 0;

  bool operator==(const RopeFactors&) const = default;
};

/// The figures of a Llama-family config.json. Absent optional fields take the defaults of the
/// format's own library, so the same file means the same model here and there.
struct LlamaConfig {
  int hidden = 0;
  int intermediate = 0;
  int layers = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int vocabulary = 0;
  int context = 0;
  double norm_epsilon = 1e-6;
  double rope_theta = 10000;
  RopeFactors rope_scaling;
  bool tied_head = false;
  int bos_token = -1;  ///< -1: none
  std::vector<int> eos_tokens;
  std::optional<ElementType> dtype;  ///< what it says of the weights; they know better

  bool operator==(const LlamaConfig&) const = default;
};

/// Errors: input: not JSON, a field missing or of the wrong kind, or a field that would change the
/// results and is not supported; each names `file`, field and value.
Result<LlamaConfig> parse_llama_config(std::string_view json_text, const std::string& file);
Result<LlamaConfig> read_llama_config(const std::filesystem::path& file);

}  // namespace weft::models
