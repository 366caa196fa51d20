// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/measurements.h"

namespace weft::bench {

/// Repeats under Google Benchmark; amounts become rates of these names, in CPU time.
inline void run(benchmark::State& state, const Result<Repeat>& repeat,
                const std::vector<std::string>& rates) {
  if (!repeat) {
    return state.SkipWithError(repeat.error().message.c_str());
  }
  std::vector<double> amounts(rates.size());
  for ([[maybe_unused]] auto _ : state) {
    const Result<Sample> sample = (*repeat)();
    if (!sample) {
      return state.SkipWithError(sample.error().message.c_str());
    }
    state.SetIterationTime(sample->cpu_seconds);
    for (std::size_t i = 0; i < rates.size(); ++i) {
      amounts[i] += sample->amounts[i];
    }
    state.SetLabel(sample->note);
  }
  for (std::size_t i = 0; i < rates.size(); ++i) {
    state.counters[rates[i]] = benchmark::Counter(amounts[i], benchmark::Counter::kIsRate);
  }
}

}  // namespace weft::bench
