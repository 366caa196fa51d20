// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "sim/host/systemc_host.h"
#include "sim/simulate.h"

namespace weft::sim {

/// How a run gets on, quantum by quantum.
template <class Engine>
class Drive {
 public:
  Drive(Engine& engine, const Options& options) : engine_(engine), options_(options) {}

  Advanced operator()(std::int64_t until) {
    progress_ = engine_.advance(until);
    // With an edge the engine is also advanced between quanta.
    if (options_.progress && until > told_) {
      told_ = until;
      stopped_ = !options_.progress(engine_.reached(), engine_.fraction_done());
    }
    const bool on = !stopped_ && engine_.fault().empty();
    return on && progress_ == Engine::Progress::running ? Advanced::running
           : on && is_waiting()                         ? Advanced::waiting
                                                        : Advanced::over;
  }

  /// Errors: failed (stopped).
  Result<typename Engine::Progress> end() const {
    return stopped_ ? Result<typename Engine::Progress>(
                          failed_error("stopped before the end of the run"))
                    : Result<typename Engine::Progress>(progress_);
  }

 private:
  bool is_waiting() const {
    if constexpr (requires { Engine::Progress::waiting; }) {
      return progress_ == Engine::Progress::waiting;
    }
    return false;
  }

  Engine& engine_;
  const Options& options_;
  typename Engine::Progress progress_ = Engine::Progress::running;
  std::int64_t told_ = 0;
  bool stopped_ = false;
};

/// Runs an engine under the SystemC host until it has no more to do. Errors: failed (stopped).
template <class Engine>
Result<typename Engine::Progress> advance_to_end(Engine& engine, const Options& options) {
  Drive drive(engine, options);
  run_under_systemc([&](std::int64_t until) { return drive(until); }, options.quantum);
  return drive.end();
}

}  // namespace weft::sim
