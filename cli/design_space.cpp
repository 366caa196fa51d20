// SPDX-License-Identifier: Apache-2.0
#include "cli/design_space.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/machine.h"
#include "base/file.h"
#include "base/schema.h"
#include "base/text.h"
#include "base/yaml_reader.h"
#include "cli/arguments.h"
#include "cli/evaluate.h"
#include "cli/run_arguments.h"
#include "cli/task.h"
#include "cli/version.h"
#include "mapper/map.h"
#include "mapper/mapping_file.h"

namespace weft::cli {
namespace {

/// `--set x: why` reads `x: why` where there is no --set.
Error without_option(const Error& error) {
  constexpr std::string_view option = "--set ";
  return {error.kind,
          error.message.starts_with(option) ? error.message.substr(option.size()) : error.message};
}

Status set_all(google::protobuf::Message& message, const std::vector<std::string>& assignments) {
  for (const std::string& assignment : assignments) {
    if (const Status status = set_field(message, assignment); !status.ok()) {
      return without_option(status.error());
    }
  }
  return {};
}

/// Any ids will do: values are not computed.
Prompts prompts_of(const PointFields& fields) {
  const std::vector<int> any(static_cast<std::size_t>(fields.prompt_tokens), 1);
  return Prompts(static_cast<std::size_t>(fields.run.batch), any);
}

Status check_task(const PointFields& fields, const models::Graph& graph) {
  WEFT_TRY(check_run_arguments(fields.run));
  if (fields.run.phase == "decode" && fields.prompt_tokens > 0) {
    return input_error(fmt::format(
        "prompt_tokens {}: phase decode starts from a cache; say seq instead, or another phase",
        fields.prompt_tokens));
  }
  WEFT_ASSIGN(const mapper::Request request, request_of(fields.run, prompts_of(fields)));
  const auto positions = mapper::positions_of(graph, request);
  return positions ? Status() : Status(positions.error());
}

}  // namespace

Result<arch::Machine> WeftSpace::machine_of(const PointFields& fields) {
  auto found = machines_.find(fields.run.arch);
  if (found == machines_.end()) {
    WEFT_ASSIGN(arch::Machine loaded, arch::load_machine(fields.run.arch));
    loaded.clear_sources();
    loaded.clear_description();
    found = machines_.emplace(fields.run.arch, std::move(loaded)).first;
  }
  arch::Machine machine = found->second;
  WEFT_TRY(set_all(machine, fields.machine));
  WEFT_TRY(arch::check_machine(machine));
  return machine;
}

Result<const models::Checkpoint*> WeftSpace::model_of(const std::string& name,
                                                      const std::vector<std::string>& config) {
  const std::string key = fmt::format("{}\n{}", name, fmt::join(config, "\n"));
  auto found = models_.find(key);
  if (found == models_.end()) {
    WEFT_ASSIGN(models::Checkpoint model, models::load_changed_model(name, config));
    found = models_.emplace(key, std::move(model)).first;
  }
  return &found->second;
}

Result<std::string> WeftSpace::text_of(std::span<const explore::Setting> settings,
                                       const std::string& path) {
  for (const explore::Setting& setting : settings) {
    if (setting.path == path) {
      return setting.value;
    }
  }
  WEFT_ASSIGN(const PointFields fields, point_fields(settings));
  constexpr std::string_view machine_prefix = "machine.";
  if (path.starts_with(machine_prefix)) {
    WEFT_ASSIGN(const arch::Machine machine, machine_of(fields));
    for (const SchemaLeaf& leaf : schema_leaves(machine)) {
      if (leaf.path == path.substr(machine_prefix.size())) {
        return leaf.text;
      }
    }
  }
  for (const auto& [name, text] : {std::pair{"phase", fields.run.phase},
                                   {"strategy", fields.run.strategy},
                                   {"engine", fields.run.engine},
                                   {"repeat", fields.run.repeat},
                                   {"region", fields.run.region},
                                   {"seq", std::to_string(fields.run.sequence)},
                                   {"batch", std::to_string(fields.run.batch)},
                                   {"new_tokens", std::to_string(fields.run.new_tokens)},
                                   {"prompt_tokens", std::to_string(fields.prompt_tokens)}}) {
    if (path == name) {
      return text;
    }
  }
  return input_error(
      fmt::format("'{}' has no value of its own; say one under base, or turn it", path));
}

Result<explore::Task> WeftSpace::resolve(std::span<const explore::Setting> settings) {
  WEFT_ASSIGN(PointFields fields, point_fields(settings));
  WEFT_ASSIGN(arch::Machine machine, machine_of(fields));
  WEFT_ASSIGN(const models::Checkpoint* model, model_of(fields.run.model, fields.config));
  WEFT_TRY(check_task(fields, model->graph));
  mapper::Mapping mapping;
  WEFT_TRY(set_all(mapping, fields.mapping));
  WEFT_TRY(mapper::check_mapping(mapping, machine, model->graph));
  machine.clear_name();
  explore::Task task;
  task.set_machine(machine.SerializeAsString());
  task.set_mapping(mapping.SerializeAsString());
  task.set_model(fields.run.model);
  task.set_model_hash(content_hash(model->graph.SerializeAsString()));
  std::sort(fields.config.begin(), fields.config.end());
  task.mutable_config()->Assign(fields.config.begin(), fields.config.end());
  task.set_phase(fields.run.phase);
  task.set_sequence(fields.run.sequence);
  task.set_prompt_tokens(fields.prompt_tokens);
  task.set_new_tokens(fields.run.phase == "prefill" ? 1 : fields.run.new_tokens);
  task.set_batch(fields.run.batch);
  task.set_region(fields.run.region);
  task.set_strategy(fields.run.strategy);
  task.set_engine(fields.run.engine);
  task.set_repeat(fields.run.repeat == "on");
  return task;
}

Result<explore::Figures> WeftSpace::evaluate(const explore::Task& task) {
  const std::vector<std::string> config(task.config().begin(), task.config().end());
  WEFT_ASSIGN(const models::Checkpoint* model, model_of(task.model(), config));
  return evaluate_task(task, model->graph);
}

std::string WeftSpace::program() const {
  if (program_.empty()) {
    const auto bytes = read_file("/proc/self/exe");
    program_ = fmt::format("weft {} {}", kVersion, bytes ? content_hash(*bytes) : "");
  }
  return program_;
}

}  // namespace weft::cli
