// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "cli/compare.h"
#include "judge/throughput.h"
#include "models/graph.pb.h"

namespace weft::cli {

/// Adds the wafer's row: of --run, or simulated here as `weft run --data off` does. A task the
/// wafer cannot do is a note. Errors: a folder that is no run of this task; a run that fails.
Status add_wafer(const CompareArguments& arguments, const models::Graph& graph,
                 judge::ThroughputComparison& comparison);

}  // namespace weft::cli
