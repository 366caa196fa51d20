// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// The operations as plain loops over row-major arrays, in float or double throughout; rows are
/// token positions 0..rows-1. Every sum runs in ascending order. Loops go the way that lets the
/// compiler use vector instructions without reordering a sum.
namespace weft::reference {

struct RopeShape {
  int heads = 0;
  int head_dim = 0;
  double theta = 0;
  /// Llama 3.1: pairs that turn less than `slowest` times within `context` turn `factor` times
  /// slower, those that turn more than `fastest` times as they are, those between in proportion.
  /// Factor 0: none.
  double factor = 0;
  double slowest = 0;
  double fastest = 0;
  double context = 0;
};

struct AttentionShape {
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  double scale = 0;
};

/// y[rows, outputs] = x[rows, inputs] * weight_t[inputs, outputs].
template <class T>
void linear(const T* x, const T* weight_t, std::int64_t rows, std::int64_t inputs,
            std::int64_t outputs, T* y);

/// y = x * gain / sqrt(mean(x^2) + epsilon), row by row.
template <class T>
void rms_norm(const T* x, const T* gain, std::int64_t rows, std::int64_t width, T epsilon, T* y);

/// Rotates the pairs (i, i + head_dim / 2) of every head by position * theta^(-2i / head_dim).
/// `magnitude`, where not null, gets |a cos| + |b sin|.
template <class T>
void rope(const T* x, std::int64_t rows, const RopeShape& shape, T* y, T* magnitude);

/// Causal softmax attention; head h reads key head h / (heads / kv_heads). `magnitude` and
/// `score_magnitude`, where not null: see NodeResult.
template <class T>
void attention(const T* q, const T* k, const T* v, std::int64_t rows, const AttentionShape& shape,
               T* y, T* magnitude, T* score_magnitude);

/// y = gate / (1 + exp(-gate)) * up.
template <class T>
void silu_mul(const T* gate, const T* up, std::int64_t elements, T* y);

/// Index of the largest of `width` values, the lowest on a tie.
template <class T>
std::int64_t argmax(const T* values, std::int64_t width);

}  // namespace weft::reference
