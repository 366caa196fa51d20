// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/cuda/device.h"
#include "reference/cuda/llama_shape.h"
#include "reference/cuda/record/measured.h"
#include "reference/cuda/record/telemetry.h"
#include "reference/cuda/record/values.h"

namespace weft::reference::cuda {

/// How long to measure: at least so many repetitions, and until they took so long together.
struct Effort {
  int repeats = 24;
  double seconds = 1.5;  ///< what a power reading averages over
};

/// What the device reaches: copies far larger than its cache, bytes read and written; square fp16
/// products on drawn data, operands taking turns.
Status measure_ceilings(Device& device, Measured& measured);
/// Tokens of decode as one captured graph. Checked first: against Model, on the same cache.
Status measure_decode(Device& device, Telemetry& telemetry, const LlamaShape& shape, int batch,
                      int context, const Effort& effort, Measured& measured, Findings& findings);
/// A prompt, all rows at once. Checked first, on a short one, against kernels that keep
/// probabilities in fp32.
Status measure_prefill(Device& device, Telemetry& telemetry, const LlamaShape& shape, int tokens,
                       const Effort& effort, Measured& measured, Findings& findings);

}  // namespace weft::reference::cuda
