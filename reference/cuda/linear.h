// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "reference/cuda/element.h"
#include "reference/cuda/reduce.h"

/// y = x * weight^T: x (rows, inputs), weight (outputs, inputs), y (rows, outputs).
/// Sums in fp32; y is rounded once. Many rows go to cuBLAS (blas.h).
namespace weft::reference::cuda {

/// One thread an output.
template <class T, class Out>
struct LinearPlain {
  const T* x;
  const T* weight;
  Out* y;
  std::int64_t rows;
  std::int64_t inputs;
  std::int64_t outputs;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    if (i >= rows * outputs) {
      return;
    }
    const T* a = x + i / outputs * inputs;
    const T* b = weight + i % outputs * inputs;
    float sum = 0;
    for (std::int64_t k = 0; k < inputs; ++k) {
      sum += to_float(a[k]) * to_float(b[k]);
    }
    y[i] = from_float<Out>(sum);
  }
};

/// What the lanes of a warp have of x * rows[r], summed over the warp: Rows products of one x, four
/// packs of each row in flight. inputs is a multiple of Pack<T>::size.
template <class T, int Rows, class Thread>
WEFT_KERNEL void warp_products(const Thread& t, const T* x, const T* const (&rows)[Rows],
                               std::int64_t inputs, float (&sums)[Rows]) {
  constexpr int size = Pack<T>::size;
  constexpr int depth = 4;
  constexpr int step = kWarp * size;
  for (int r = 0; r < Rows; ++r) {
    sums[r] = 0;
  }
  const auto multiply = [&](const Pack<T>& a, const Pack<T>& b, float& sum) {
    for (int i = 0; i < size; ++i) {
      sum += to_float(a.at[i]) * to_float(b.at[i]);
    }
  };
  std::int64_t k = t.lane() * size;
  for (; k + (depth - 1) * step < inputs; k += depth * step) {
    Pack<T> weights[Rows][depth];
    for (int r = 0; r < Rows; ++r) {
      for (int d = 0; d < depth; ++d) {
        weights[r][d] = load_streaming(rows[r] + k + d * step);
      }
    }
    for (int d = 0; d < depth; ++d) {
      const Pack<T> from = load_pack(x + k + d * step);
      for (int r = 0; r < Rows; ++r) {
        multiply(from, weights[r][d], sums[r]);
      }
    }
  }
  for (; k < inputs; k += step) {
    const Pack<T> from = load_pack(x + k);
    for (int r = 0; r < Rows; ++r) {
      multiply(from, load_streaming(rows[r] + k), sums[r]);
    }
  }
  for (int r = 0; r < Rows; ++r) {
    sums[r] = warp_sum(t, sums[r]);
  }
}

/// One row of x. A warp computes Rows outputs; outputs past the end are computed as the last one
/// and not written. With a residual (outputs) y is it plus the rounded product, rounded again: the
/// same bits as two operations.
template <class T, class Out, int Rows>
struct Gemv {
  const T* x;
  const T* weight;
  const Out* residual;  // may be null
  Out* y;
  std::int64_t inputs;
  std::int64_t outputs;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t first = (static_cast<std::int64_t>(t.block()) * t.warps() + t.warp()) * Rows;
    const T* rows[Rows];
    for (int r = 0; r < Rows; ++r) {
      rows[r] = weight + (first + r < outputs ? first + r : outputs - 1) * inputs;
    }
    float sums[Rows];
    warp_products<T, Rows>(t, x, rows, inputs, sums);
    for (int r = 0; r < Rows; ++r) {
      if (t.lane() == 0 && first + r < outputs) {
        const float product = rounded_to<Out>(sums[r]);
        y[first + r] = from_float<Out>(
            residual == nullptr ? product : to_float(residual[first + r]) + product);
      }
    }
  }
};

/// y = silu(x * gate^T) * (x * up^T), one row; gate and up (outputs, inputs), rounded as if stored.
template <class T, int Rows>
struct GemvSiluMul {
  const T* x;
  const T* gate;
  const T* up;
  T* y;
  std::int64_t inputs;
  std::int64_t outputs;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t first = (static_cast<std::int64_t>(t.block()) * t.warps() + t.warp()) * Rows;
    const T* rows[2 * Rows];
    for (int r = 0; r < Rows; ++r) {
      const std::int64_t output = first + r < outputs ? first + r : outputs - 1;
      rows[2 * r] = gate + output * inputs;
      rows[2 * r + 1] = up + output * inputs;
    }
    float sums[2 * Rows];
    warp_products<T, 2 * Rows>(t, x, rows, inputs, sums);
    for (int r = 0; r < Rows; ++r) {
      if (t.lane() == 0 && first + r < outputs) {
        const float g = rounded_to<T>(sums[2 * r]);
        const float u = rounded_to<T>(sums[2 * r + 1]);
        y[first + r] = from_float<T>(g / (1.0F + expf(-g)) * u);
      }
    }
  }
};

}  // namespace weft::reference::cuda
