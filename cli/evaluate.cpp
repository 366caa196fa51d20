// SPDX-License-Identifier: Apache-2.0
#include "cli/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/area.h"
#include "cli/arguments.h"
#include "cli/host_memory.h"
#include "cli/interrupt.h"
#include "cli/record.h"
#include "cli/task.h"
#include "isa/verify.h"
#include "mapper/decisions.h"
#include "mapper/waferllm/waferllm.h"
#include "sim/simulate.h"
#include "traces/figures.h"

namespace weft::cli {
namespace {

using explore::Figures;
using explore::Task;

Result<mapper::Request> request_for(const Task& task) {
  RunArguments arguments;
  arguments.phase = task.phase();
  arguments.sequence = task.sequence();
  arguments.new_tokens = task.new_tokens();
  arguments.region = task.region();
  arguments.batch = std::max(1, task.batch());
  const std::vector<int> any(static_cast<std::size_t>(task.prompt_tokens()), 1);
  return request_of(arguments, Prompts(static_cast<std::size_t>(arguments.batch), any));
}

struct MappedTask {
  isa::Bundle bundle;
  int logit_groups = 1;  ///< as mapper::Shape::logit_groups
};

Result<MappedTask> map_task(const Task& task, const models::Graph& graph,
                            const arch::Machine& machine) {
  if (task.strategy() == "waferllm") {
    std::vector<std::string> decisions;
    WEFT_ASSIGN(const weft::Rect region, parse_region(task.region()));
    WEFT_ASSIGN(const mapper::WaferLlm model,
                mapper::waferllm_of(graph, region.width, task.sequence(), task.new_tokens()));
    WEFT_ASSIGN(isa::Bundle bundle, mapper::map_waferllm(model, machine, decisions));
    return MappedTask{std::move(bundle)};
  }
  WEFT_ASSIGN(const mapper::Request request, request_for(task));
  mapper::MappingFile said;
  if (!said.mapping.ParseFromString(task.mapping())) {
    return input_error("the mapping of the task is damaged");
  }
  WEFT_ASSIGN(mapper::Decision decision, mapper::decide(graph, machine, request, said));
  return MappedTask{std::move(decision.mapped.bundle), decision.mapped.plan.shape.logit_groups()};
}

Result<traces::Recording> simulate_task(const Task& task, const models::Graph& graph,
                                        const arch::Machine& machine) {
  WEFT_ASSIGN(const MappedTask mapped, map_task(task, graph, machine));
  const isa::Bundle& bundle = mapped.bundle;
  WEFT_TRY(isa::verify(bundle, machine, interrupted));
  sim::Options options;
  options.data = false;
  options.repeat = task.repeat();
  options.threads = 1;
  options.engine = task.engine() == "word"       ? sim::EngineKind::word
                   : task.engine() == "dataflow" ? sim::EngineKind::dataflow
                                                 : sim::EngineKind::automatic;
  if (task.fidelity() != explore::FIDELITY_SAMPLED) {
    options.sample_hops = 0;
  }
  options.host_bytes = data_room();
  options.progress = [](std::int64_t, double) { return !interrupted(); };
  WEFT_ASSIGN(const sim::RunResult result, sim::simulate(bundle, machine, {}, options));
  if (!result.deadlock.empty()) {
    return failed_error(fmt::format("deadlock: {}", result.deadlock.front()));
  }
  for (const sim::Audit& audit : result.audits) {
    if (!audit.ok) {
      return failed_error(fmt::format("audit failed: {}: {}", audit.name, audit.detail));
    }
  }
  traces::Recording recording;
  record_result(result, bundle, machine, recording);
  recording.mutable_summary()->set_batch(task.batch());
  recording.mutable_summary()->set_prompt_tokens(task.prompt_tokens());
  recording.mutable_summary()->set_new_tokens(task.new_tokens());
  recording.mutable_summary()->set_first_token_cycles(
      first_token_cycles(result, bundle, mapped.logit_groups));
  return recording;
}

/// The summary a run of so many cycles would have.
Result<traces::Recording> estimate_task(const Task& task, const models::Graph& graph,
                                        const arch::Machine& machine) {
  WEFT_ASSIGN(const mapper::Request request, request_for(task));
  WEFT_ASSIGN(const mapper::Estimate estimate, mapper::estimate_model(graph, machine, request));
  traces::Recording recording;
  traces::Summary& summary = *recording.mutable_summary();
  const bool decode = task.phase() == "decode";
  const int prompt = decode ? 0 : task.prompt_tokens();
  const int generated = task.phase() == "prefill" ? 0 : task.new_tokens() - (decode ? 0 : 1);
  summary.set_cycles(estimate.token_cycles * (prompt + generated));
  summary.set_first_token_cycles(estimate.token_cycles * std::max(1, prompt));
  summary.set_phase(task.phase());
  summary.set_frequency(machine.frequency());
  summary.set_batch(task.batch());
  summary.set_prompt_tokens(task.prompt_tokens());
  summary.set_new_tokens(task.new_tokens());
  const weft::Rect extent = estimate.placement.extent();
  recording.mutable_region()->set_width(extent.width);
  recording.mutable_region()->set_height(extent.height);
  return recording;
}

void add(Figures& figures, const char* name, const std::optional<double>& value) {
  if (value) {
    figures[name] = *value;
  }
}

Figures figures_of(const Task& task, const arch::Machine& machine,
                   const traces::Recording& recording) {
  const traces::Figures run = traces::figures_of(recording);
  const traces::Summary& summary = recording.summary();
  Figures figures;
  const double tiles = recording.region().width() * recording.region().height();
  const double all = machine.grid().width() * machine.grid().height();
  const double area = area_proxy(machine);
  figures["cycles"] = static_cast<double>(summary.cycles());
  figures["tiles"] = tiles;
  figures["sram_total"] = all * static_cast<double>(machine.tile().sram());
  figures["area"] = area;
  add(figures, "tokens_per_second", run.tokens_per_second);
  if (run.tokens_per_second) {
    figures["tokens_per_second_per_area"] = *run.tokens_per_second / area;
  }
  add(figures, "energy_per_token", run.joules_per_token);
  if (run.watts && run.tokens_per_second) {
    figures["tokens_per_second_per_watt"] = *run.tokens_per_second / *run.watts;
  }
  if (task.phase() == "decode" && run.seconds > 0) {
    figures["time_per_token"] = run.seconds / task.new_tokens();
  } else {
    add(figures, "time_per_token", run.time_per_output_token);
    add(figures, "time_to_first_token",
        run.time_to_first_token ? run.time_to_first_token : std::optional(run.seconds));
  }
  if (task.fidelity() == explore::FIDELITY_ESTIMATE) {
    return figures;
  }
  figures["utilization"] = summary.utilization();
  figures["sram_per_tile"] = static_cast<double>(summary.sram_peak_bytes());
  for (const traces::BinRow& bin : run.bins) {
    const std::string name = fmt::format("share_{}", bin.key);
    if (run.bin_total > 0) {
      figures[name] = static_cast<double>(bin.cycles) / static_cast<double>(run.bin_total);
    }
  }
  const traces::Engine& engine = recording.engine();
  if (engine.exact() || engine.has_error_percent()) {
    figures["error_percent"] = engine.exact() ? 0 : engine.error_percent();
  }
  return figures;
}

}  // namespace

Result<arch::Machine> machine_of(const Task& task) {
  arch::Machine machine;
  if (!machine.ParseFromString(task.machine())) {
    return input_error("the machine of the task is damaged");
  }
  machine.set_name("the machine");
  return machine;
}

Result<Figures> evaluate_task(const Task& task, const models::Graph& graph) {
  WEFT_ASSIGN(const arch::Machine machine, machine_of(task));
  WEFT_ASSIGN(const traces::Recording recording, task.fidelity() == explore::FIDELITY_ESTIMATE
                                                     ? estimate_task(task, graph, machine)
                                                     : simulate_task(task, graph, machine));
  return figures_of(task, machine, recording);
}

}  // namespace weft::cli
