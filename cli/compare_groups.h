// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "cli/compare.h"
#include "judge/run_report.h"
#include "judge/throughput.h"
#include "models/graph.pb.h"

namespace weft::cli {

// Each adds one group of `weft compare`: its rows, and what is to be said of them.

/// The wafer: of --run, or simulated here as `weft run --data off` does. A task the wafer cannot do
/// is a note. Errors: a folder that is no run of this task; a run that fails.
Status add_wafer(const CompareArguments& arguments, const models::Graph& graph,
                 judge::ThroughputComparison& comparison);
/// The row of a run.
judge::ThroughputRow wafer_row(const judge::RunReport& run);
/// GPUs that were recorded at this task, or the recording that is missing. Errors: those of files.
Status add_measured(const CompareArguments& arguments, judge::ThroughputComparison& comparison);
/// What others published of models of the same shape.
Status add_published(const CompareArguments& arguments, judge::ThroughputComparison& comparison);
/// What machines do at best.
Status add_rooflines(const CompareArguments& arguments, const models::Graph& graph,
                     judge::ThroughputComparison& comparison);

}  // namespace weft::cli
