// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "models/checkpoint.h"
#include "sim/result.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// Token ids of a JSON file in side-by-side windows of the model's context and one target more; the
/// last partial window is dropped. At most `limit` windows, 0: all. Errors: input (too few ids, or
/// ids outside the vocabulary), io.
Result<std::vector<std::vector<int>>> read_windows(const std::string& path,
                                                   const models::Graph& graph, int limit);

/// Perplexity over windows, each simulated from an empty context: sums what the runs cost and the
/// likelihoods their logits give, and compares with the float64 reference where one is given.
class PerplexityRun {
 public:
  explicit PerplexityRun(const std::vector<std::vector<int>>& windows) : windows_(windows) {}

  void add(sim::RunResult result, int window);
  /// Fills summary.perplexity and, with a checkpoint, the check.
  Status finish(const models::Checkpoint* checkpoint, traces::Recording& recording);
  sim::RunResult take_total() { return std::move(total_); }

 private:
  const std::vector<std::vector<int>>& windows_;
  double likelihood_ = 0;  ///< sum of -log p, nats
  std::int64_t predicted_ = 0;
  sim::RunResult total_;
};

}  // namespace weft::cli
