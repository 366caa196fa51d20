// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"
#include "base/result.h"
#include "explore/design_space.h"
#include "models/graph.pb.h"

namespace weft::cli {

/// Maps and verifies a task and runs its timing as its fidelity says; what explore's metrics name.
/// Errors: input: it cannot be mapped; failed: it deadlocked or failed its own audit.
Result<explore::Figures> evaluate_task(const explore::Task& task, const models::Graph& graph);

/// The machine of a task, which has no name there.
Result<arch::Machine> machine_of(const explore::Task& task);

}  // namespace weft::cli
