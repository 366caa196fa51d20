// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep_slurm.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/text.h"
#include "cli/design_space.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/sweep.h"
#include "cli/sweep_command.h"
#include "cli/sweep_page.h"
#include "cli/usage.h"
#include "explore/batch.h"
#include "explore/driver.h"
#include "explore/rungs.h"
#include "explore/slurm_executor.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

/// This program, as tasks on other hosts find it: over the file system that holds the study, or one
/// like it.
Result<std::string> this_program() {
  std::error_code fault;
  const fs::path program = fs::read_symlink("/proc/self/exe", fault);
  if (fault) {
    return io_error(
        fmt::format("cannot find this program: {}; is /proc mounted?", fault.message()));
  }
  return program.string();
}

bool was_submitted(const explore::StudyFolder& folder) {
  std::error_code ignored;
  return fs::exists(folder.slurm(), ignored) && !fs::is_empty(folder.slurm(), ignored);
}

Result<std::string> merge(const fs::path& path) {
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::open(path));
  WEFT_ASSIGN(const auto lock, folder.lock());
  WEFT_ASSIGN(const explore::StudyFile file, read_study_as_planned(folder));
  WEFT_ASSIGN(explore::Store store, explore::Store::open_existing(folder.store(), false));
  const std::string& name = file.study.name();
  WEFT_ASSIGN(const explore::Merged merged, merge_shards(folder.shards(), name, store));
  WEFT_ASSIGN(const explore::JobCounts counts, store.counts(name));
  std::string text = fmt::format("{}: {} results from {} shards; {} of {} jobs ended", name,
                                 with_commas(merged.outcomes), merged.shards,
                                 with_commas(counts.ended), with_commas(counts.jobs));
  if (merged.strange > 0) {
    text += fmt::format("; {} results of jobs that are not of this study were left out",
                        with_commas(merged.strange));
  }
  return text;
}

Status run_one_task(const fs::path& batch, int task) {
  WeftSpace space;
  explore::LocalOptions options;
  options.stop = interrupted;
  WEFT_ASSIGN(const auto report, explore::run_task(batch, task, space, options));
  if (report.ended < report.jobs) {
    return failed_error(
        fmt::format("stopped: {} of {} jobs of task {} have ended; weft sweep "
                    "resume gives the others to a new batch",
                    report.ended, report.jobs, task));
  }
  fmt::print("task {}: {} jobs\n", task, report.jobs);
  return {};
}

}  // namespace

Result<std::string> submit_study(const explore::StudyFolder& folder, const explore::Study& study,
                                 explore::Store& store, explore::DesignSpace& space,
                                 const SlurmArguments& arguments) {
  WEFT_ASSIGN(const explore::SlurmState state, explore::slurm_state(folder));
  if (state.pending + state.running > 0) {
    return failed_error(fmt::format(
        "{0} tasks of {1} wait or run in Slurm; wait for them (weft sweep status {2}) or end them "
        "(weft sweep cancel {2})",
        state.pending + state.running, study.name(), folder.path().string()));
  }
  std::vector<explore::Job> jobs;
  for (std::int64_t promoted = 1; jobs.empty() && promoted > 0;) {
    WEFT_ASSIGN(jobs, store.missing(study.name(), 0));
    if (jobs.empty()) {
      WEFT_ASSIGN(promoted, explore::advance(store, study, space));
    }
  }
  if (jobs.empty()) {
    return fmt::format("{}: nothing is missing\n", study.name());
  }
  WEFT_TRY(explore::check_program(jobs.front(), space));
  WEFT_ASSIGN(const std::string program, this_program());
  const explore::SlurmOptions options{.tasks = arguments.tasks,
                                      .at_once = arguments.at_once,
                                      .sbatch = arguments.sbatch,
                                      .command = {program, "sweep", "task"}};
  WEFT_ASSIGN(const explore::SlurmBatch batch, explore::slurm_submit(folder, jobs, options));
  return fmt::format(
      "{}: {} jobs in {} tasks are Slurm's job {}; weft sweep status {} says how far it is, weft "
      "sweep resume takes its results and goes on\n",
      study.name(), with_commas(batch.jobs), batch.tasks, batch.job, folder.path().string());
}

Result<std::string> slurm_line(const explore::StudyFolder& folder) {
  if (!was_submitted(folder)) {
    return std::string();
  }
  WEFT_ASSIGN(const explore::SlurmState state, explore::slurm_state(folder));
  return state.pending + state.running == 0
             ? std::string()
             : fmt::format("slurm: {} tasks wait, {} run\n", state.pending, state.running);
}

Result<bool> cancel_slurm(const explore::StudyFolder& folder) {
  if (!was_submitted(folder)) {
    return false;
  }
  WEFT_ASSIGN(const explore::SlurmState state, explore::slurm_state(folder));
  WEFT_TRY(explore::slurm_cancel(folder));
  return state.pending + state.running > 0;
}

void add_sweep_merge(CLI::App& sweep, Invocation& invocation) {
  auto folder = std::make_shared<fs::path>();
  auto* command =
      sweep.add_subcommand("merge", "Takes what tasks of a cluster have written into the store.");
  command->add_option("dir", *folder, "folder of the study")
      ->option_text("DIR")
      ->type_name("FOLDER")
      ->required();
  set_footer(*command, "  weft sweep merge out/sweep\n");
  command->callback([folder, &invocation] {
    const auto merged = merge(*folder);
    if (!merged) {
      invocation.fail(merged.error());
      return;
    }
    fmt::print("{}\n", *merged);
    renew_sweep_page_if_older(*folder);
  });
}

void add_sweep_task(CLI::App& sweep, Invocation& invocation) {
  struct Arguments {
    fs::path batch;
    int task = 0;
  };
  auto arguments = std::make_shared<Arguments>();
  auto* command = sweep.add_subcommand(
      "task", "Runs one task of a batch; what job arrays on a cluster call, not people.");
  command->add_option("batch", arguments->batch, "the batch, slurm/NAME.jobs of a study's folder")
      ->option_text("BATCH")
      ->type_name("FILE")
      ->required();
  command->add_option("--task", arguments->task, "which, from 0 on")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N")
      ->required();
  set_footer(*command, "  weft sweep task out/sweep/slurm/batch-0001.jobs --task 0\n");
  command->callback([arguments, &invocation] {
    watch_interrupts();
    if (const Status status = run_one_task(arguments->batch, arguments->task); !status.ok()) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
