// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.h"
#include "cli/model_show.h"

namespace weft::cli {

std::string summary_of(const models::CostModel& cost) {
  return fmt::format("{} parameters, {} layers, vocabulary {}, context {}; a cost and no graph",
                     with_commas(cost.parameters), cost.layers, with_commas(cost.vocabulary),
                     with_commas(cost.context));
}

Status show_cost(const models::CostModel& cost, const ShownSteps& steps) {
  if (steps.context > 0) {
    return input_error(fmt::format(
        "--context {}: {} has a cost and no graph, so only whole sequences are counted; give "
        "--tokens",
        steps.context, cost.name));
  }
  if (steps.tokens > cost.context) {
    return input_error(fmt::format("--tokens {}: the context of {} is {}; give at most that",
                                   steps.tokens, cost.name, cost.context));
  }
  const std::int64_t tokens = steps.tokens > 0 ? steps.tokens : cost.context;
  const models::ProductFlops flops = models::forward_flops(cost, tokens);
  constexpr double tera = 1e12;
  fmt::print("{}: {}\n\n", cost.name, summary_of(cost));
  fmt::print("forward of a sequence of {} tokens, products only\n", with_commas(tokens));
  fmt::print("  weights    {:>10.4g} TFLOP  2 x {} weights x tokens, the output head included\n",
             flops.weights / tera, with_commas(cost.product_weights));
  fmt::print(
      "  attention  {:>10.4g} TFLOP  4 x {} (heads x size, all layers) x pairs of tokens, {}\n",
      flops.attention / tera, with_commas(cost.attention_width), cost.causal ? "causal" : "all");
  fmt::print("  all        {:>10.4g} TFLOP\n", flops.total() / tera);
  fmt::print("\nTraining takes three times that a sequence: weft compare --train --model {}\n",
             cost.name);
  return {};
}

}  // namespace weft::cli
