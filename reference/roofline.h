// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/graph.pb.h"
#include "reference/devices.pb.h"

namespace weft::reference {

/// What a step must move and compute at least, on any machine whose memory holds the weights:
/// weights once for the whole batch, keys and values once a sequence; activations stay inside.
struct StepLoad {
  double bytes = 0;
  double flops = 0;
  double resident_bytes = 0;  ///< all weights and the cache when the step is over
  double tokens = 0;          ///< it makes, or reads
};

/// A token for each of `batch` sequences with `cached` positions in their caches.
StepLoad decode_load(const models::Graph& graph, std::int64_t cached, int batch);
/// Prompts of `tokens`, with attention over those before.
StepLoad prefill_load(const models::Graph& graph, std::int64_t tokens, int batch);

/// How long a step takes where only memory and products count: max(bytes / bandwidth, flops /
/// peak).
struct Roofline {
  int devices = 1;  ///< as many as hold what must be resident, sharing evenly and for nothing
  double seconds = 0;
  bool memory_bound = true;
};

/// `efficiency`: the part of bandwidth and of peak that is reached; 1 is the ideal.
/// `least_devices`: as many at least.
Roofline roofline(const StepLoad& load, const Device& device, double efficiency = 1,
                  int least_devices = 1);

}  // namespace weft::reference
