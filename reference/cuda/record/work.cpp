// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/work.h"

namespace weft::reference::cuda {
namespace {

/// Elements of the matrices of all layers.
double layer_matrices(const LlamaShape& s) {
  const double q = static_cast<double>(s.heads) * s.head_dim;
  const double kv = static_cast<double>(s.kv_heads) * s.head_dim;
  return s.layers * (s.hidden * (2 * q + 2 * kv) + 3.0 * s.hidden * s.intermediate);
}

double gains(const LlamaShape& s) { return (2.0 * s.layers + 1) * s.hidden; }
double head(const LlamaShape& s) { return static_cast<double>(s.vocabulary) * s.hidden; }

/// Of keys and values, one position, all layers.
double cached(const LlamaShape& s) { return 2.0 * s.layers * s.kv_heads * s.head_dim; }

/// q * k and p * v for one query that sees `keys`, all layers.
double attention_flops(const LlamaShape& s, double keys) {
  return 4.0 * s.layers * s.heads * s.head_dim * keys;
}

}  // namespace

Work decode_work(const LlamaShape& s, int batch, int context) {
  const double size = bytes_of(s.dtype);
  Work work;
  work.bytes = size * (layer_matrices(s) + gains(s) + head(s) + 1.0 * batch * s.hidden +
                       cached(s) * batch * context);
  work.flops = batch * (2 * (layer_matrices(s) + head(s)) + attention_flops(s, context));
  return work;
}

Work prefill_work(const LlamaShape& s, int tokens) {
  const double size = bytes_of(s.dtype);
  Work work;
  work.bytes = size * (layer_matrices(s) + gains(s) + head(s) + 1.0 * tokens * s.hidden +
                       cached(s) * tokens);
  work.flops = 2 * layer_matrices(s) * tokens + 2 * head(s) +
               attention_flops(s, 1.0 * tokens * (tokens + 1) / 2);
  return work;
}

}  // namespace weft::reference::cuda
