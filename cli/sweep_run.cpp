// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/design_space.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/sweep.h"
#include "cli/sweep_command.h"
#include "cli/sweep_page.h"
#include "cli/sweep_slurm.h"
#include "cli/usage.h"
#include "explore/batch.h"
#include "explore/driver.h"
#include "explore/study_folder.h"
#include "traces/progress.h"

namespace weft::cli {
namespace {

using explore::JobCounts;

struct SweepRunArguments {
  std::filesystem::path folder;
  int workers = 0;
  bool failed = false;  ///< what failed before is tried again
  std::string executor = "local";
  SlurmArguments slurm;
};

std::string duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  return whole >= 3600 ? fmt::format("{} h {} min", whole / 3600, whole / 60 % 60)
         : whole >= 60 ? fmt::format("{} min {} s", whole / 60, whole % 60)
                       : fmt::format("{} s", whole);
}

std::string counts_text(const std::string& study, const JobCounts& counts) {
  std::string text =
      fmt::format("{}: {} of {} jobs ended, {} with figures", study, with_commas(counts.ended),
                  with_commas(counts.jobs), with_commas(counts.done));
  if (counts.refused_points > 0) {
    text += fmt::format("; {} of {} points cannot be", with_commas(counts.refused_points),
                        with_commas(counts.points));
  }
  return text + fmt::format("; {} of CPU\n", duration(counts.cpu_seconds));
}

/// How far a study is, and of what has no figures why.
Status print_counts(const std::string& study, const JobCounts& counts,
                    const explore::Store& store) {
  fmt::print("{}", counts_text(study, counts));
  if (counts.ended == counts.done) {
    return {};
  }
  constexpr std::size_t kMostShown = 3;
  WEFT_ASSIGN(const auto causes, store.causes(study));
  for (std::size_t i = 0; i < std::min(kMostShown, causes.size()); ++i) {
    fmt::print("  {} without figures: {}\n", with_commas(causes[i].jobs), causes[i].message);
  }
  if (causes.size() > kMostShown) {
    fmt::print("  … {} more causes: weft sweep pareto --csv\n", causes.size() - kMostShown);
  }
  return {};
}

/// Whether it was stopped before the end.
Result<bool> drive_study(const SweepRunArguments& arguments) {
  WEFT_TRY(check_choice("--executor", arguments.executor, {"local", "slurm"}));
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::open(arguments.folder));
  WEFT_ASSIGN(const auto lock, folder.lock());
  WEFT_ASSIGN(const explore::StudyFile file, read_study_as_planned(folder));
  WEFT_ASSIGN(explore::Store store, explore::Store::open_existing(folder.store(), false));
  WEFT_TRY(explore::merge_shards(folder.shards(), file.study.name(), store));
  if (arguments.failed) {
    WEFT_TRY(store.forget_failures(file.study.name()));
  }
  WeftSpace space;
  if (arguments.executor == "slurm") {
    WEFT_ASSIGN(const std::string said,
                submit_study(folder, file.study, store, space, arguments.slurm));
    fmt::print("{}", said);
    return false;
  }
  traces::Progress progress(file.study.name(), stderr);
  explore::LocalOptions options;
  options.workers = arguments.workers;
  options.stop = [&] { return interrupted() || folder.cancelled(); };
  options.progress = [&](const explore::ExecutorProgress& now) {
    const double fraction =
        now.jobs > 0 ? static_cast<double>(now.ended) / static_cast<double>(now.jobs) : 1;
    std::string note = fmt::format("{} of {} jobs, {:.0f} an hour", with_commas(now.ended),
                                   with_commas(now.jobs), 3600 * now.jobs_per_second);
    if (now.failed > 0) {
      note += fmt::format(", {} without figures", now.failed);
    }
    if (now.seconds_left > 0) {
      note += fmt::format(", {} left", duration(now.seconds_left));
    }
    progress.update(fraction, note);
  };
  WEFT_ASSIGN(auto driven, explore::drive(store, file.study, space, options));
  progress.clear();
  WEFT_TRY(print_counts(file.study.name(), driven.counts, store));
  return driven.stopped;
}

Status run_study(const SweepRunArguments& arguments) {
  WEFT_ASSIGN(const bool stopped, drive_study(arguments));
  renew_sweep_page_if_older(
      arguments.folder);  // the store is closed: what it logged is in its file
  if (stopped) {
    return failed_error(
        fmt::format("stopped before the end; weft sweep resume {} runs the jobs that are missing",
                    arguments.folder.string()));
  }
  return {};
}

Status print_status(const std::filesystem::path& path) {
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::open(path));
  WEFT_ASSIGN(const explore::StudyFile file, read_study_as_planned(folder));
  WEFT_ASSIGN(const auto store, explore::Store::open_existing(folder.store(), true));
  WEFT_ASSIGN(const JobCounts counts, store.counts(file.study.name()));
  WEFT_TRY(print_counts(file.study.name(), counts, store));
  const std::string holder = folder.holder();
  WEFT_ASSIGN(const std::string slurm, slurm_line(folder));
  fmt::print("{}", slurm);
  if (!holder.empty()) {
    fmt::print("running: {}\n", holder);
  } else if (!slurm.empty()) {
    fmt::print("weft sweep merge {} takes the results that are there\n", path.string());
  } else if (counts.ended < counts.jobs) {
    fmt::print("not running; weft sweep resume {} runs the rest\n", path.string());
  }
  return {};
}

Status cancel(const std::filesystem::path& path) {
  WEFT_ASSIGN(const auto folder, explore::StudyFolder::open(path));
  WEFT_ASSIGN(const bool asked, folder.cancel());
  WEFT_ASSIGN(const bool tasks, cancel_slurm(folder));
  if (asked) {
    fmt::print("asked {} to end\n", folder.holder());
  }
  if (tasks) {
    fmt::print("cancelled its tasks in Slurm\n");
  }
  if (!asked && !tasks) {
    fmt::print("nobody runs it\n");
  }
  return {};
}

CLI::App* add_folder_command(CLI::App& sweep, const char* name, const char* text,
                             std::filesystem::path& folder) {
  auto* command = sweep.add_subcommand(name, text);
  command->add_option("dir", folder, "folder of the study")
      ->option_text("DIR")
      ->type_name("FOLDER")
      ->required();
  return command;
}

void add_run(CLI::App& sweep, Invocation& invocation, const char* name, const char* text) {
  auto arguments = std::make_shared<SweepRunArguments>();
  auto* command = add_folder_command(sweep, name, text, arguments->folder);
  command
      ->add_option("--workers", arguments->workers,
                   "processes at a time (default: as many as this host has processors)")
      ->check(whole_number(1))
      ->type_name("N");
  command->add_flag("--failed", arguments->failed,
                    "try jobs again that have ended without figures");
  command->add_option("--executor", arguments->executor, "who runs jobs: this host, or a cluster")
      ->type_name("local|slurm")
      ->capture_default_str();
  command
      ->add_option("--tasks", arguments->slurm.tasks,
                   "tasks of the job array (default: one a job, at most 1,000)")
      ->check(whole_number(1))
      ->type_name("N")
      ->group("With --executor slurm");
  command
      ->add_option("--at-once", arguments->slurm.at_once,
                   "tasks that run at the same time (default: as many as Slurm starts)")
      ->check(whole_number(1))
      ->type_name("N")
      ->group("With --executor slurm");
  command
      ->add_option("--sbatch", arguments->slurm.sbatch,
                   "an option for sbatch, as --sbatch=--partition=compute; repeatable")
      ->allow_extra_args(false)
      ->type_name("OPTION")
      ->group("With --executor slurm");
  set_footer(*command, fmt::format("  weft sweep {0} out/sweep --workers 2\n"
                                   "  weft sweep {0} out/sweep --executor slurm --tasks 100\n",
                                   name));
  command->callback([arguments, &invocation] {
    watch_interrupts();
    if (const Status status = run_study(*arguments); !status.ok()) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace

void add_sweep_run(CLI::App& sweep, Invocation& invocation) {
  add_run(sweep, invocation, "run", "Runs the jobs of a study, each in a process of its own.");
  add_run(sweep, invocation, "resume", "Runs what is missing, however it came to be missing.");
}

void add_sweep_status(CLI::App& sweep, Invocation& invocation) {
  auto folder = std::make_shared<std::filesystem::path>();
  auto* command = add_folder_command(sweep, "status", "How far a study is.", *folder);
  set_footer(*command, "  weft sweep status out/sweep\n");
  command->callback([folder, &invocation] {
    if (const Status status = print_status(*folder); !status.ok()) {
      invocation.fail(status.error());
    }
  });
}

void add_sweep_cancel(CLI::App& sweep, Invocation& invocation) {
  auto folder = std::make_shared<std::filesystem::path>();
  auto* command = add_folder_command(sweep, "cancel", "Ends a study that runs elsewhere.", *folder);
  set_footer(*command, "  weft sweep cancel out/sweep\n");
  command->callback([folder, &invocation] {
    if (const Status status = cancel(*folder); !status.ok()) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
