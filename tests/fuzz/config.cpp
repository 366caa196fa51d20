// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "models/graph.h"
#include "models/llama.h"
#include "models/llama_config.h"
#include "tests/fuzz/target.h"

// config.json: an accepted one says the same when its figures are written down again, and gives a
// graph.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto config = models::parse_llama_config(fuzz::text_of(data, size), "input");
  if (!config) {
    fuzz::require_message(config);
    return 0;
  }
  nlohmann::json again = {{"model_type", "llama"},
                          {"hidden_size", config->hidden},
                          {"intermediate_size", config->intermediate},
                          {"num_hidden_layers", config->layers},
                          {"num_attention_heads", config->heads},
                          {"num_key_value_heads", config->kv_heads},
                          {"head_dim", config->head_dim},
                          {"vocab_size", config->vocabulary},
                          {"max_position_embeddings", config->context},
                          {"rms_norm_eps", config->norm_epsilon},
                          {"rope_theta", config->rope_theta},
                          {"tie_word_embeddings", config->tied_head},
                          {"eos_token_id", config->eos_tokens}};
  if (config->dtype) {
    const char* types[] = {"float32", "float16", "bfloat16"};
    again["torch_dtype"] = types[*config->dtype];
  }
  if (const auto& scaling = config->rope_scaling; scaling.factor > 0) {
    again["rope_scaling"] = {{"rope_type", "llama3"},
                             {"factor", scaling.factor},
                             {"low_freq_factor", scaling.low_frequency},
                             {"high_freq_factor", scaling.high_frequency},
                             {"original_max_position_embeddings", scaling.original_context}};
  }
  if (config->bos_token >= 0) {
    again["bos_token_id"] = config->bos_token;
  }
  const auto twin = models::parse_llama_config(again.dump(), "again");
  fuzz::require(twin.ok() && *twin == *config, "the figures read as they were written");
  if (config->layers <= 64) {
    const auto graph = models::build_llama(*config, "input", models::F16);
    if (!graph) {
      fuzz::require_message(graph);
    }
  }
  return 0;
}
