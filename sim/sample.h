// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"

namespace weft::sim {

/// What the word engine says of a run, or of a window from its begin: what cycles that are not
/// exact are measured by. The budget is in word-hops, so that the same run is measured the same way
/// on every host.
struct WordSample {
  struct Mark {
    std::int64_t cycle = 0;  ///< a window that ends before this cycle
    std::int64_t words = 0;  ///< consumed in it
  };
  std::optional<RunResult> whole;  ///< if the run ended within the budget; no values
  std::vector<Mark> marks;         ///< of a run that did not: windows, each twice the one before
  std::string missing;             ///< why there is no sample
};

/// Errors: failed (stopped).
Result<WordSample> sample_words(const isa::Bundle& bundle, const arch::Machine& machine,
                                const Options& options);

}  // namespace weft::sim
