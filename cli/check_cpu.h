// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "cli/checked_run.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// Holds a run against the float64 reference. Local: each op's output against the reference op fed
/// with the simulated inputs of that op, element by element inside the bounds of docs/numerics.md.
/// End to end: layer outputs and greedy tokens against the reference run from the prompt.
Result<traces::Check> check_against_cpu(const CheckedRun& run);

}  // namespace weft::cli
