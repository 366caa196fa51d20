// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "contract_case.h"
#include "sim/result.h"
#include "sim/simulate.h"

namespace weft::sim {

/// The train model alone, to the end of the run.
RunResult run_trains(const ContractCase& built);
/// An engine without values; errors are not measured.
RunResult run_engine(const ContractCase& built, EngineKind kind);

/// Of the makespan, in percent; positive: too long.
double error_of(const RunResult& trains, const RunResult& word);
/// Name and detail of the first audit that does not hold; empty: all do.
std::string failed_audit(const RunResult& result);

}  // namespace weft::sim
