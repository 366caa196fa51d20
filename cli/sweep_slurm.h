// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "explore/design_space.h"
#include "explore/store.h"
#include "explore/study.h"
#include "explore/study_folder.h"

namespace weft::cli {

/// What `weft sweep run --executor slurm` says of the job array.
struct SlurmArguments {
  int tasks = 0;
  int at_once = 0;
  std::vector<std::string> sbatch;
};

/// Goes on to the next rung where one is finished, and gives Slurm what is missing. The line to
/// print. Errors: failed while tasks of the study still wait or run.
Result<std::string> submit_study(const explore::StudyFolder& folder, const explore::Study& study,
                                 explore::Store& store, explore::DesignSpace& space,
                                 const SlurmArguments& arguments);

/// "slurm: 3 tasks wait, 2 run\n"; empty where none of the study does, or it was never given to
/// Slurm.
Result<std::string> slurm_line(const explore::StudyFolder& folder);

/// Cancels its tasks where it has any; whether it had.
Result<bool> cancel_slurm(const explore::StudyFolder& folder);

}  // namespace weft::cli
