// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/job.pb.h"
#include "explore/study_folder.h"

namespace weft::explore {

struct SlurmOptions {
  int tasks = 0;    ///< of the job array; 0: one a job, at most 1,000
  int at_once = 0;  ///< tasks that run at the same time; 0: as many as the cluster gives
  std::vector<std::string> sbatch;   ///< options for sbatch; they win over ours
  std::vector<std::string> command;  ///< runs a task: `BATCH --task N` is added to it
};

struct SlurmBatch {
  std::string name;  ///< of its files in slurm/ and shards/
  std::string job;   ///< as Slurm numbers it
  std::int64_t jobs = 0;
  int tasks = 0;
};

/// Writes the jobs as a batch into the folder and gives it to Slurm as a job array with the time
/// and memory that its jobs may take. Each task writes its shard; nothing of them touches the
/// store. Errors: io: no Slurm here; failed: what sbatch says.
Result<SlurmBatch> slurm_submit(const StudyFolder& folder, std::span<const Job> jobs,
                                const SlurmOptions& options);

struct SlurmState {
  int pending = 0, running = 0;  ///< tasks of all batches of the folder
};
Result<SlurmState> slurm_state(const StudyFolder& folder);

/// Cancels all tasks of the folder that wait or run. Their jobs stay missing.
Status slurm_cancel(const StudyFolder& folder);

}  // namespace weft::explore
