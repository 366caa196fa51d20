// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "arch/machine.h"
#include "bench/measurements.h"
#include "isa/verify.h"
#include "mapper/map.h"
#include "models/llama.h"

namespace weft::bench {
namespace {

struct Task {
  models::Graph graph;
  arch::Machine machine;
  mapper::Request request;
};

/// One token after 4095; quick: a small model on a small machine.
Result<std::shared_ptr<const Task>> decode_task(bool quick) {
  models::LlamaConfig config;
  config.hidden = quick ? 64 : 4096;
  config.intermediate = quick ? 128 : 14336;
  config.layers = quick ? 6 : 32;
  config.heads = quick ? 4 : 32;
  config.kv_heads = quick ? 2 : 8;
  config.head_dim = quick ? 16 : 128;
  config.vocabulary = quick ? 100 : 128256;
  config.context = quick ? 128 : 8192;
  config.rope_theta = 500000;
  WEFT_ASSIGN(models::Graph graph, models::build_llama(config, "llama-3-8b", models::BF16));
  WEFT_ASSIGN(arch::Machine machine, arch::load_machine(quick ? "mesh32" : "wse2"));
  mapper::Request request;
  request.phase = mapper::Phase::decode;
  request.first_position = quick ? 63 : 4095;
  request.new_tokens = 1;
  return std::make_shared<const Task>(Task{std::move(graph), std::move(machine), request});
}

}  // namespace

Result<Repeat> map_decode(const Setting& setting) {
  WEFT_ASSIGN(const auto task, decode_task(setting.quick));
  return Repeat([=]() -> Result<Sample> {
    const double begin = cpu_seconds();
    WEFT_ASSIGN(const auto mapped, mapper::map_model(task->graph, task->machine, task->request));
    WEFT_TRY(isa::verify(mapped.bundle, task->machine));
    const double spent = cpu_seconds() - begin;
    return Sample{{1, static_cast<double>(mapped.bundle.ByteSizeLong())},
                  spent,
                  fmt::format("{} regions", mapped.plan.placement.regions.size())};
  });
}

Result<Repeat> run_decode(const Setting& setting) {
  WEFT_ASSIGN(const auto task, decode_task(setting.quick));
  WEFT_ASSIGN(auto mapped, mapper::map_model(task->graph, task->machine, task->request));
  const auto kept = std::make_shared<const mapper::Mapped>(std::move(mapped));
  return Repeat([=]() -> Result<Sample> {
    sim::Options options;
    options.data = false;
    options.threads = 1;
    const double begin = cpu_seconds();
    WEFT_ASSIGN(const auto result, sim::simulate(kept->bundle, task->machine, {}, options));
    const double spent = cpu_seconds() - begin;
    if (!result.exact || result.repeats.empty()) {
      return failed_error("the decode step did not run as it does: " + result.exactness);
    }
    return Sample{{1, static_cast<double>(result.repeats.front().period)},
                  spent,
                  fmt::format("{} cycles, exact", result.cycles.count())};
  });
}

}  // namespace weft::bench
