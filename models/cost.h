// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft::models {

/// What a model costs follows from these counts, whatever its family; no graph is needed.
/// `product_weights` are the weights each token is multiplied with, the output head included;
/// looking a row of an embedding up is no product.
struct CostModel {
  std::string name;
  std::string family;  ///< "llama", "gpt2", "bert"
  std::int64_t layers = 0;
  std::int64_t vocabulary = 0;
  std::int64_t context = 0;
  std::int64_t parameters = 0;
  std::int64_t product_weights = 0;
  std::int64_t attention_width = 0;  ///< heads times their size, summed over layers
  bool causal = true;                ///< a token sees those before it; else the whole sequence
};

/// Floating-point operations of products; a multiply-accumulate is two. Norms, softmax, activations
/// and additions, far below a percent of a large model, are left out.
struct ProductFlops {
  double weights = 0;
  double attention = 0;  ///< scores and weighted values

  double total() const { return weights + attention; }
};

/// One sequence forward, logits of every position.
ProductFlops forward_flops(const CostModel& model, std::int64_t tokens);
/// `tokens` in sequences of `sequence`, forward and backward: the latter is twice the former,
/// nothing is computed again.
ProductFlops training_flops(const CostModel& model, double tokens, std::int64_t sequence);
/// The rule of thumb 6 N D.
double six_n_d(const CostModel& model, double tokens);

/// Families whose config.json is read for the cost and that have no graph: GPT-2, BERT.
bool has_only_a_cost(std::string_view model_type);

/// A Llama-family folder, or a config.json of one of those families. Errors: input, io.
Result<CostModel> load_cost_model(const std::string& name_or_path);
/// The config.json of a family with a cost only. Errors: input, naming file, field and value.
Result<CostModel> parse_cost_config(std::string_view json_text, const std::string& file);

}  // namespace weft::models
