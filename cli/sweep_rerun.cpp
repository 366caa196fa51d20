// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "arch/machine.h"
#include "base/file.h"
#include "base/yaml_reader.h"
#include "cli/evaluate.h"
#include "cli/run.h"
#include "cli/sweep.h"
#include "cli/task.h"
#include "explore/store.h"
#include "explore/study_folder.h"
#include "mapper/mapping_file.h"
#include "models/config_changes.h"
#include "models/zoo.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

Result<explore::Task> task_of(const explore::StudyFolder& folder, const std::string& study,
                              std::int64_t index) {
  WEFT_ASSIGN(const explore::Store store, explore::Store::open_existing(folder.store(), true));
  std::string key, refusal;
  bool found = false;
  WEFT_TRY(store.each_row(study, [&](const explore::PlannedPoint& point, const explore::Outcome*) {
    if (point.index == index) {
      found = true;
      key = point.key;
      refusal = point.refusal;
    }
  }));
  if (!found) {
    return input_error(fmt::format("--point {}: the study has no such point", index));
  }
  if (key.empty()) {
    return input_error(
        fmt::format("--point {}: was refused when it was planned: {}", index, refusal));
  }
  WEFT_ASSIGN(const auto job, store.job(key));
  if (!job) {
    return internal_error(fmt::format("point {} names a job that is not there", index));
  }
  return job->task();
}

/// A folder with the config.json as the task changed it.
Status write_model(const explore::Task& task, const fs::path& folder) {
  WEFT_ASSIGN(const fs::path from, models::find_checkpoint_folder(task.model()));
  const fs::path file = from / "config.json";
  WEFT_ASSIGN(const std::string text, read_file(file));
  const std::vector<std::string> changes(task.config().begin(), task.config().end());
  WEFT_ASSIGN(const std::string changed, models::change_config(text, changes, file.string()));
  WEFT_TRY(make_output_folder(folder));
  return write_file(folder / "config.json", changed);
}

}  // namespace

Result<fs::path> rerun_point(const fs::path& path, std::int64_t index) {
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::open(path));
  WEFT_ASSIGN(const explore::StudyFile study, explore::read_study(folder.study()));
  WEFT_ASSIGN(const explore::Task task, task_of(folder, study.study.name(), index));
  const fs::path inputs = folder.points() / fmt::format("{}.inputs", index);
  WEFT_TRY(make_output_folder(inputs));
  WEFT_ASSIGN(arch::Machine machine, machine_of(task));
  machine.set_name(fmt::format("{}-{}", study.study.name(), index));
  WEFT_TRY(write_file(inputs / "machine.yaml", write_yaml(machine)));
  RunArguments run;
  run.arch = (inputs / "machine.yaml").string();
  run.model = task.model();
  run.data = "off";
  run.phase = task.phase();
  run.sequence = task.sequence();
  run.new_tokens = task.new_tokens();
  run.batch = task.batch();
  run.region = task.region();
  run.strategy = task.strategy();
  run.engine = task.engine();
  run.repeat = task.repeat() ? "on" : "off";
  run.out = folder.points() / std::to_string(index);
  if (task.prompt_tokens() > 0) {
    run.prompt_tokens = any_prompt(task.prompt_tokens());
  }
  if (task.config_size() > 0) {
    WEFT_TRY(write_model(task, inputs / "model"));
    run.model = (inputs / "model").string();
  }
  mapper::Mapping mapping;
  if (!task.mapping().empty() && mapping.ParseFromString(task.mapping())) {
    WEFT_TRY(mapper::write_mapping(inputs / "mapping.yaml", mapping));
    run.mapping = inputs / "mapping.yaml";
  }
  run.command = {"run",     "--arch", run.arch, "--model", run.model,       "--phase",
                 run.phase, "--data", "off",    "--out",   run.out.string()};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) {
      run.command.insert(run.command.end(), {option, value});
    }
  };
  add("--seq", run.sequence > 0 ? std::to_string(run.sequence) : "");
  add("--prompt-tokens", run.prompt_tokens);
  add("--batch", run.batch > 1 ? std::to_string(run.batch) : "");
  add("--new-tokens", run.phase == "prefill" ? "" : std::to_string(run.new_tokens));
  add("--region", run.region);
  add("--mapping", run.mapping.string());
  if (run.strategy != "tensor") {
    add("--strategy", run.strategy);
  }
  const auto outcome = cli::run(run);
  if (!outcome) {
    return outcome.error();
  }
  return run.out;
}

}  // namespace weft::cli
