// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "explore/design_space.h"
#include "explore/executor.h"
#include "explore/store.h"

namespace weft::explore {

/// Jobs for `tasks` processes that share only files with this one.
Status write_batch(const std::filesystem::path& file, std::span<const Job> jobs, int tasks);

/// Where task `task` of a batch DIR/slurm/NAME.jobs writes: DIR/shards/NAME-TASK.shard.
std::filesystem::path shard_of(const std::filesystem::path& batch, int task);

struct TaskReport {
  std::int64_t jobs = 0;   ///< of this task
  std::int64_t ended = 0;  ///< … that have an outcome in its shard, those of an earlier run too
};

/// Runs the jobs of one task of a batch one after the other and adds each outcome to the task's
/// shard, on disk before the next begins. Run again, it goes on where it was ended. Errors: input:
/// no batch, no such task, planned by another program; io.
Result<TaskReport> run_task(const std::filesystem::path& batch, int task, DesignSpace& space,
                            const LocalOptions& options);

struct Merged {
  std::int64_t shards = 0;
  std::int64_t outcomes = 0;  ///< that no merge before has seen
  std::int64_t cut = 0;       ///< shards whose last record is not whole: its job is still missing
  std::int64_t strange = 0;   ///< outcomes of jobs that the store does not know
};

/// Puts the outcomes of all shards in a folder into the store; results that it has stay as they
/// are. How far each shard was read is kept with the study, so that no outcome comes twice: one
/// that was forgotten stays forgotten.
Result<Merged> merge_shards(const std::filesystem::path& shards, const std::string& study,
                            Store& store);

}  // namespace weft::explore
