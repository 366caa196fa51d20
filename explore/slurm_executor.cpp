// SPDX-License-Identifier: Apache-2.0
#include "explore/slurm_executor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/file.h"
#include "base/text.h"
#include "explore/batch.h"
#include "explore/host_command.h"

namespace weft::explore {
namespace {

namespace fs = std::filesystem;

constexpr int kMostTasks = 1000;                      // MaxArraySize as Slurm comes
constexpr std::int64_t kOwnMemory = 256 * (1 << 20);  // of the program beside its job
constexpr double kOwnSeconds = 60;

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char letter : word) {
    text += letter == '\'' ? "'\\''" : std::string(1, letter);
  }
  return text + "'";
}

/// Slurm knows a batch by this name; two folders never share one.
std::string job_name(const StudyFolder& folder, const std::string& batch) {
  const std::string place = content_hash(fs::weakly_canonical(folder.path()).string());
  return fmt::format("weft-{}-{}", place.substr(0, 12), batch);
}

/// Names of all batches of the folder.
std::vector<std::string> batches_of(const StudyFolder& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder.slurm(), ignored)) {
    if (entry.path().extension() == ".jobs") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

std::string next_name(const StudyFolder& folder) {
  const std::vector<std::string> names = batches_of(folder);
  for (std::size_t number = names.size() + 1;; ++number) {
    std::string name = fmt::format("batch-{:04}", number);
    // The shards of a batch whose file is gone still count.
    const fs::path shard = shard_of(folder.slurm() / (name + ".jobs"), 0);
    if (!std::ranges::binary_search(names, name) && !fs::exists(shard)) {
      return name;
    }
  }
}

std::string script_of(const StudyFolder& folder, const SlurmBatch& batch, const fs::path& jobs_file,
                      std::span<const Job> jobs, const SlurmOptions& options) {
  double seconds = 0;
  std::int64_t memory = 0;
  for (const Job& job : jobs) {
    seconds = std::max(seconds, job.seconds());
    memory = std::max(memory, std::int64_t{job.memory()});
  }
  const std::int64_t each = (batch.jobs + batch.tasks - 1) / batch.tasks;
  const double minutes = std::ceil((seconds * static_cast<double>(each) + kOwnSeconds) / 60);
  std::string command;
  for (const std::string& word : options.command) {
    command += quoted(word) + " ";
  }
  return fmt::format(
      "#!/bin/sh\n"
      "#SBATCH --job-name={}\n"
      "#SBATCH --array=0-{}{}\n"
      "#SBATCH --time={:.0f}\n"
      "#SBATCH --mem={}M\n"
      "#SBATCH --cpus-per-task=1\n"
      "#SBATCH --open-mode=append\n"
      "#SBATCH --output=\"{}\"\n"
      "exec {}{} --task \"$SLURM_ARRAY_TASK_ID\"\n",
      job_name(folder, batch.name), batch.tasks - 1,
      options.at_once > 0 ? fmt::format("%{}", options.at_once) : "", minutes,
      (memory + kOwnMemory + (1 << 20) - 1) >> 20,
      (fs::absolute(folder.slurm()) / (batch.name + "-%a.log")).string(), command,
      quoted(fs::absolute(jobs_file).string()));
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Runs a command of Slurm; anything but success is an error with what it said.
Result<std::string> slurm(const std::vector<std::string>& words) {
  WEFT_ASSIGN(const CommandOutput output, run_command(words));
  if (output.exit_code != 0) {
    return failed_error(fmt::format("{} failed with exit code {}: {}", words[0], output.exit_code,
                                    first_line(output.err)));
  }
  return output.out;
}

std::string all_names(const StudyFolder& folder) {
  std::vector<std::string> names;
  for (const std::string& batch : batches_of(folder)) {
    names.push_back(job_name(folder, batch));
  }
  return fmt::format("{}", fmt::join(names, ","));
}

}  // namespace

Result<SlurmBatch> slurm_submit(const StudyFolder& folder, std::span<const Job> jobs,
                                const SlurmOptions& options) {
  SlurmBatch batch;
  batch.name = next_name(folder);
  batch.jobs = static_cast<std::int64_t>(jobs.size());
  const std::int64_t most = options.tasks > 0 ? options.tasks : kMostTasks;
  batch.tasks = static_cast<int>(std::clamp<std::int64_t>(batch.jobs, 1, most));
  const fs::path jobs_file = folder.slurm() / (batch.name + ".jobs");
  const fs::path script = folder.slurm() / (batch.name + ".sh");
  WEFT_TRY(write_batch(jobs_file, jobs, batch.tasks));
  WEFT_TRY(write_file(script, script_of(folder, batch, jobs_file, jobs, options)));
  std::vector<std::string> words = {"sbatch", "--parsable"};
  words.insert(words.end(), options.sbatch.begin(), options.sbatch.end());
  words.push_back(script.string());
  auto said = slurm(words);
  if (!said) {
    std::error_code ignored;
    fs::remove(jobs_file, ignored);
    fs::remove(script, ignored);
    return said.error();
  }
  batch.job = first_line(*said).substr(0, said->find_first_of(";\n"));
  return batch;
}

Result<SlurmState> slurm_state(const StudyFolder& folder) {
  SlurmState state;
  const std::string names = all_names(folder);
  if (names.empty()) {
    return state;
  }
  WEFT_ASSIGN(const std::string lines,
              slurm({"squeue", "--noheader", "--array", "--format=%T", "--name=" + names}));
  std::istringstream text(lines);
  for (std::string line; std::getline(text, line);) {
    const bool waits = line.starts_with("PENDING") || line.starts_with("REQUEUE");
    state.pending += waits ? 1 : 0;
    state.running += !waits && !line.empty() ? 1 : 0;
  }
  return state;
}

Status slurm_cancel(const StudyFolder& folder) {
  for (const std::string& batch : batches_of(folder)) {
    WEFT_TRY(slurm({"scancel", "--quiet", "--name=" + job_name(folder, batch)}));
  }
  return {};
}

}  // namespace weft::explore
