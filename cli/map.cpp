// SPDX-License-Identifier: Apache-2.0
#include "cli/map.h"

#include <fmt/format.h>

#include <system_error>

#include "arch/machine.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/interrupt.h"
#include "cli/output_folder.h"
#include "cli/run_arguments.h"
#include "cli/task.h"
#include "isa/bundle.h"
#include "isa/verify.h"
#include "mapper/anneal.h"
#include "mapper/picture.h"
#include "sim/simulate.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

bool is_yaml(const fs::path& file) {
  return file.extension() == ".yaml" || file.extension() == ".yml";
}

// Before any work is done for it.
Status check_emit(const fs::path& file) {
  if (!is_yaml(file) && file.extension() != ".bundle" && file.extension() != ".svg") {
    return input_error(fmt::format(
        "--emit {}: the end of the name says what is written: .yaml (the mapping), .bundle (the "
        "programs) or .svg (a picture)",
        file.string()));
  }
  std::error_code problem;
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (fs::is_directory(file, problem) || !fs::is_directory(folder, problem)) {
    return io_error(fmt::format(
        "--emit: cannot write '{}': {}; give a file that can be written", file.string(),
        fs::is_directory(file, problem) ? "it is a folder" : "there is no such folder"));
  }
  return {};
}

Status emit(const fs::path& file, const arch::Machine& machine, const mapper::Decision& decision) {
  if (is_yaml(file)) {
    return mapper::write_mapping(file, decision.mapping);
  }
  if (file.extension() == ".bundle") {
    return isa::write_bundle(file, decision.mapped.bundle);
  }
  return write_file(file, mapper::mapping_svg(mapper::picture_of(machine, decision)));
}

std::string text_of(const std::vector<std::string>& lines) {
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

Result<Prompts> prompts_of(const MapArguments& arguments, const models::Checkpoint& checkpoint) {
  WEFT_ASSIGN(const auto tokenizer, open_tokenizer(checkpoint));
  WEFT_ASSIGN(Prompts prompts, read_prompts(arguments.run, checkpoint, tokenizer));
  if (prompts.empty() && arguments.run.phase != "decode") {
    const std::vector<int> any(static_cast<std::size_t>(arguments.prompt_length), 0);
    WEFT_TRY(check_prompt("--prompt-length", any, checkpoint.graph));
    prompts.assign(static_cast<std::size_t>(arguments.run.batch), any);
  }
  return prompts;
}

/// Looks for a mapping that takes fewer cycles and keeps to all that was said.
Result<mapper::Decision> search(const MapArguments& arguments, const models::Graph& graph,
                                const arch::Machine& machine, const mapper::Request& request,
                                const mapper::Decision& first, std::vector<std::string>& lines) {
  mapper::Mapping said;
  if (!arguments.run.mapping.empty()) {
    WEFT_ASSIGN(const mapper::MappingFile file, mapper::read_mapping(arguments.run.mapping));
    said = file.mapping;
  }
  mapper::AnnealOptions options;
  options.visits = arguments.anneal;
  options.seed = static_cast<std::uint64_t>(arguments.seed);
  options.move_regions = said.regions().empty();
  said.clear_regions();  // whole in what was decided
  mapper::Request free = request;
  free.region.reset();
  const auto decide = [&](const mapper::Mapping& mapping) {
    return mapper::decide(graph, machine, free, {mapper::merge(said, mapping), {}});
  };
  const auto cost = [&](const mapper::Mapping& mapping) -> Result<mapper::AnnealCost> {
    WEFT_ASSIGN(const mapper::Decision decision, decide(mapping));
    sim::Options timing;
    timing.data = false;
    timing.progress = [](std::int64_t, double) { return !interrupted(); };
    WEFT_ASSIGN(const sim::RunResult result,
                sim::simulate(decision.mapped.bundle, machine, {}, timing));
    if (!result.deadlock.empty()) {
      return input_error("deadlock");
    }
    double model = 0;
    for (const auto& plan : decision.mapped.plan.reductions.plans) {
      model += plan.weight();
    }
    return mapper::AnnealCost{static_cast<double>(result.cycles.count()), model};
  };
  WEFT_ASSIGN(const mapper::Annealed found, mapper::anneal(first.mapping, options, cost));
  lines.push_back(fmt::format(
      "anneal: {} mappings looked at (seed {}), {} of them refused: {} cycles instead of {}",
      found.visits, arguments.seed, found.refused,
      with_commas(static_cast<std::int64_t>(found.least.cycles)),
      with_commas(static_cast<std::int64_t>(found.first.cycles))));
  lines.push_back(fmt::format(
      "anneal: the cost model of collectives is off by {:.1f} % of a run about what a change does",
      100 * found.model_error));
  return decide(found.best);
}

}  // namespace

Result<MapOutcome> map(const MapArguments& arguments) {
  const RunArguments& run = arguments.run;
  WEFT_TRY(check_run_arguments(run));
  for (const fs::path& file : arguments.emit) {
    WEFT_TRY(check_emit(file));
  }
  WEFT_ASSIGN(const arch::Machine machine, arch::load_machine(run.arch, run.overrides));
  WEFT_ASSIGN(const models::Checkpoint checkpoint, models::load_checkpoint(run.model));
  WEFT_ASSIGN(const Prompts prompts, prompts_of(arguments, checkpoint));
  OutputFolder folder;
  if (!run.out.empty()) {
    WEFT_TRY(folder.make(run.out));
  }
  WEFT_ASSIGN(const mapper::Request request, request_of(run, prompts));
  MapOutcome outcome;
  WEFT_ASSIGN(mapper::Decision decision, map_task(run, checkpoint.graph, machine, request));
  if (arguments.anneal > 0) {
    WEFT_ASSIGN(decision,
                search(arguments, checkpoint.graph, machine, request, decision, outcome.search));
  }
  WEFT_TRY(isa::verify(decision.mapped.bundle, machine, interrupted));

  outcome.decisions = decision.mapped.decisions;
  outcome.decisions.insert(outcome.decisions.end(), outcome.search.begin(), outcome.search.end());
  for (const fs::path& file : arguments.emit) {
    if (const Status status = emit(file, machine, decision); !status) {
      return at_option("--emit", status.error());
    }
    outcome.written.push_back(file);
  }
  if (!run.out.empty()) {
    for (const char* name : {"mapping.yaml", "mapping.svg"}) {
      WEFT_TRY(folder.put(name, [&](const fs::path& to) { return emit(to, machine, decision); }));
    }
    WEFT_TRY(folder.put("decisions.txt", [&](const fs::path& to) {
      return write_file(to, text_of(outcome.decisions));
    }));
    WEFT_ASSIGN(const auto written, folder.commit());
    outcome.written.insert(outcome.written.end(), written.begin(), written.end());
  }
  return outcome;
}

}  // namespace weft::cli
