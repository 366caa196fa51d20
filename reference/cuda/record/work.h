// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/cuda/llama_shape.h"

namespace weft::reference::cuda {

/// What a step must move through memory and compute: closed forms of a shape.
struct Work {
  double bytes = 0;
  double flops = 0;
};

/// One token for each of `batch` sequences that see `context` keys: every weight but the table
/// once, the rows of the table, all keys and values.
Work decode_work(const LlamaShape& shape, int batch, int context);
/// A prompt of `tokens`, logits of its last position: weights once, keys and values written.
Work prefill_work(const LlamaShape& shape, int tokens);

}  // namespace weft::reference::cuda
