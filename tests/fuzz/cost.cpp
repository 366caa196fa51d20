// SPDX-License-Identifier: Apache-2.0
#include "models/cost.h"

#include <cmath>

#include "tests/fuzz/target.h"

// config.json of a family with a cost only: an accepted one has counts that make sense together.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto model = models::parse_cost_config(fuzz::text_of(data, size), "input");
  if (!model) {
    fuzz::require_message(model);
    return 0;
  }
  fuzz::require(models::has_only_a_cost(model->family), "the family is one of those");
  fuzz::require(model->parameters > 0 && model->product_weights > 0, "there are parameters");
  fuzz::require(model->product_weights <= model->parameters, "products are with parameters");
  const double flops = models::forward_flops(*model, model->context).total();
  fuzz::require(std::isfinite(flops) && flops > 0, "a sequence takes some work");
  return 0;
}
