// SPDX-License-Identifier: Apache-2.0
#include "cli/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/machine.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/compare_groups.h"
#include "models/checkpoint.h"
#include "models/zoo.h"
#include "traces/report.h"

namespace weft::cli {
namespace {

Status check_length(const models::Graph& graph, CompareArguments& a) {
  const int most = graph.context() - (a.phase == "decode" ? 1 : 0);
  constexpr int usual = 4096;
  if (a.sequence == 0) {
    a.sequence = std::min(usual, most);
  }
  if (a.sequence > most) {
    return input_error(fmt::format("--seq {}: the context of {} is {}; give at most {}", a.sequence,
                                   graph.name(), graph.context(), most));
  }
  return {};
}

/// All but the wafer.
Result<judge::ThroughputComparison> others(const CompareArguments& a, const models::Graph& graph) {
  judge::ThroughputComparison comparison;
  comparison.model = graph.name();
  comparison.phase = a.phase;
  comparison.sequence = a.sequence;
  comparison.batch = a.batch;
  comparison.efficiency = a.efficiency;
  WEFT_TRY(add_measured(a, comparison));
  WEFT_TRY(add_published(a, comparison));
  WEFT_TRY(add_rooflines(a, graph, comparison));
  return comparison;
}

/// The graph of a run of a zoo model, by name and content.
std::optional<models::Graph> zoo_graph(const traces::Recording& run) {
  const std::string& name = run.summary().model();
  const std::vector<std::string> names = models::zoo_names();
  if (run.provenance().model_hash().empty() || std::ranges::find(names, name) == names.end()) {
    return {};
  }
  auto checkpoint = models::load_checkpoint(name);
  const bool same = checkpoint && content_hash(checkpoint->graph.SerializeAsString()) ==
                                      run.provenance().model_hash();
  return same ? std::optional(std::move(checkpoint->graph)) : std::nullopt;
}

}  // namespace

Result<judge::ThroughputComparison> compare_throughput(const CompareArguments& arguments) {
  WEFT_TRY(check_choice("--phase", arguments.phase, {"decode", "prefill"}));
  if (arguments.arch != "none" && arguments.run.empty()) {
    WEFT_TRY(arch::load_machine(arguments.arch, arguments.overrides));
  }
  WEFT_ASSIGN(const models::Checkpoint checkpoint, models::load_checkpoint(arguments.model));
  if (checkpoint.graph.dtype() == models::F32) {
    return input_error(
        fmt::format("{}: its weights are f32 and the rates of GPUs here those of 16 bits; give a "
                    "model in f16 or bf16",
                    checkpoint.folder.string()));
  }
  CompareArguments a = arguments;
  WEFT_TRY(check_length(checkpoint.graph, a));
  WEFT_ASSIGN(judge::ThroughputComparison comparison, others(a, checkpoint.graph));
  WEFT_TRY(add_wafer(a, checkpoint.graph, comparison));  // last, as it takes longest
  return comparison;
}

std::optional<judge::ThroughputComparison> compare_throughput(const traces::Recording& run) {
  const traces::Summary& summary = run.summary();
  CompareArguments a;
  a.phase = summary.phase();
  a.sequence = a.phase == "decode" ? summary.cached_tokens() : summary.prompt_tokens();
  a.batch = std::max(1, summary.batch());
  a.json = true;
  // A whole step of the model, from token to token, and nothing else.
  const bool step = (a.phase == "decode" || a.phase == "prefill") && a.sequence > 0 &&
                    summary.first_token_cycles() > 0 && summary.perplexity() <= 0;
  if (!step || run.has_deadlock()) {
    return {};
  }
  const auto graph = zoo_graph(run);
  if (!graph || graph->dtype() == models::F32) {
    return {};
  }
  auto comparison = others(a, *graph);
  const auto report = judge::parse_run_report(traces::report_json(run), "the report");
  if (!comparison || !report) {
    return {};
  }
  comparison->rows.push_back(wafer_row(*report));
  return std::move(*comparison);
}

}  // namespace weft::cli
