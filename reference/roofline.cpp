// SPDX-License-Identifier: Apache-2.0
#include "reference/roofline.h"

#include <algorithm>
#include <cmath>

#include "models/census.h"

namespace weft::reference {
namespace {

StepLoad load_of(const models::Graph& graph, const models::Step& step, int batch) {
  const models::Census census = models::take_census(graph, step);
  const double rows = census.ops[models::EMBEDDING].weight_bytes;  // other ones a sequence
  StepLoad load;
  load.bytes = census.total.weight_bytes - rows + batch * (rows + census.total.kv_bytes);
  load.flops = batch * census.total.flops;
  load.resident_bytes =
      models::weight_bytes(graph) + batch * models::cache_bytes(graph, step.context);
  load.tokens = static_cast<double>(batch) * static_cast<double>(step.tokens);
  return load;
}

}  // namespace

StepLoad decode_load(const models::Graph& graph, std::int64_t cached, int batch) {
  return load_of(graph, {1, cached + 1}, batch);
}

StepLoad prefill_load(const models::Graph& graph, std::int64_t tokens, int batch) {
  return load_of(graph, {tokens, tokens}, batch);
}

Roofline roofline(const StepLoad& load, const Device& device, double efficiency,
                  int least_devices) {
  constexpr double giga = 1e9;
  constexpr double tera = 1e12;
  const double needed = std::ceil(load.resident_bytes / static_cast<double>(device.memory()));
  const double devices = std::max<double>(needed, least_devices);
  const double moving = load.bytes / (devices * efficiency * device.memory_gb_per_s() * giga);
  const double computing = load.flops / (devices * efficiency * device.dense_tflops() * tera);
  return {static_cast<int>(devices), std::max(moving, computing), moving >= computing};
}

}  // namespace weft::reference
