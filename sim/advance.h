// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "sim/host/systemc_host.h"
#include "sim/simulate.h"

namespace weft::sim {

/// Runs an engine under the SystemC host until it has no more to do. Errors: failed (stopped).
template <class Engine>
Result<typename Engine::Progress> advance_to_end(Engine& engine, const Options& options) {
  bool stopped = false;
  auto progress = Engine::Progress::running;
  const AdvanceUntil advance = [&](std::int64_t until) {
    progress = engine.advance(until);
    if (options.progress && !options.progress(engine.reached(), engine.fraction_done())) {
      stopped = true;
      return false;
    }
    return progress == Engine::Progress::running && engine.fault().empty();
  };
  run_under_systemc(advance, options.quantum);
  if (stopped) {
    return failed_error("stopped before the end of the run");
  }
  return progress;
}

}  // namespace weft::sim
