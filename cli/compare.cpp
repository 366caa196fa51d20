// SPDX-License-Identifier: Apache-2.0
#include "cli/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/machine.h"
#include "cli/arguments.h"
#include "cli/compare_groups.h"
#include "models/checkpoint.h"

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
  judge::ThroughputComparison comparison;
  comparison.model = checkpoint.graph.name();
  comparison.phase = a.phase;
  comparison.sequence = a.sequence;
  comparison.batch = a.batch;
  comparison.efficiency = a.efficiency;
  WEFT_TRY(add_measured(a, comparison));
  WEFT_TRY(add_published(a, comparison));
  WEFT_TRY(add_rooflines(a, checkpoint.graph, comparison));
  WEFT_TRY(add_wafer(a, checkpoint.graph, comparison));  // last, as it takes longest
  return comparison;
}

}  // namespace weft::cli
