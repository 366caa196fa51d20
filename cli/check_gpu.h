// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "cli/checked_run.h"
#include "reference/recorded.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// Holds a run against the same model run by a GPU: end to end, each op's error against float64 may
/// be at most twice the GPU's (judge/gpu_rule.h), greedy tokens are the GPU's. `against`: what the
/// reference goes by in the verdict.
Result<traces::Check> check_against_gpu(const CheckedRun& run, const reference::GpuRun& gpu,
                                        const std::string& against);

/// The same against a GPU of this machine, which runs the model now. Errors: input (none, or none
/// that this program was built for: recordings are named instead).
Result<traces::Check> check_against_cuda(const CheckedRun& run);

/// The same against what `folder` holds of the run's model and prompt. Errors: input (no recording
/// that fits, and how one is made).
Result<traces::Check> check_against_recorded(const CheckedRun& run,
                                             const std::filesystem::path& folder);

}  // namespace weft::cli
