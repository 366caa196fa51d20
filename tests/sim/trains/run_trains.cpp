// SPDX-License-Identifier: Apache-2.0
#include "trains/run_trains.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/trains/engine.h"

namespace weft::sim {

RunResult run_trains(const ContractCase& built) {
  auto engine = trains::Engine::create(built.bundle, built.machine);
  if (!engine.ok() || *engine == nullptr) {
    ADD_FAILURE() << "the train model did not take the program";
    return {};
  }
  (*engine)->advance(INT64_MAX);
  return (*engine)->take_result();
}

RunResult run_engine(const ContractCase& built, EngineKind kind) {
  Options options;
  options.engine = kind;
  options.data = false;
  options.sample_hops = 0;
  auto result = simulate(built.bundle, built.machine, {}, options);
  if (!result.ok()) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  return std::move(*result);
}

double error_of(const RunResult& trains, const RunResult& word) {
  const auto exact = static_cast<double>(word.cycles.count());
  return 100 * (static_cast<double>(trains.cycles.count()) - exact) / exact;
}

std::string failed_audit(const RunResult& result) {
  const auto failed = std::find_if(result.audits.begin(), result.audits.end(),
                                   [](const Audit& audit) { return !audit.ok; });
  return failed == result.audits.end() ? "" : failed->name + ": " + failed->detail;
}

}  // namespace weft::sim
