// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "reference/cuda/element.h"
#include "reference/cuda/reduce.h"

/// Index of the largest of a row, the lowest on a tie; logits (rows, width), y (rows).
namespace weft::reference::cuda {

/// One thread a row.
struct ArgmaxPlain {
  const float* logits;
  int* y;
  std::int64_t rows;
  std::int64_t width;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t row = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    if (row >= rows) {
      return;
    }
    int best = 0;
    for (std::int64_t i = 1; i < width; ++i) {
      if (logits[row * width + i] > logits[row * width + best]) {
        best = static_cast<int>(i);
      }
    }
    y[row] = best;
  }
};

/// One block a row. Shared: a value and an id for every thread.
struct ArgmaxBlock {
  const float* logits;
  int* y;
  std::int64_t width;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const float* row = logits + t.block() * width;
    float* values = t.template shared<float>();
    int* ids = reinterpret_cast<int*>(values + t.threads());
    float best = kLowest;
    int id = static_cast<int>(width);
    for (std::int64_t i = t.x(); i < width; i += t.threads()) {
      if (row[i] > best || id == width) {
        best = row[i];
        id = static_cast<int>(i);
      }
    }
    values[t.x()] = best;
    ids[t.x()] = id;
    for (int half = t.threads() / 2; half > 0; half /= 2) {
      t.sync();
      if (t.x() < half) {
        const int other = ids[t.x() + half];
        const float value = values[t.x() + half];
        if (other < width && (id == width || value > best || (value == best && other < id))) {
          best = value;
          id = other;
          values[t.x()] = best;
          ids[t.x()] = id;
        }
      }
    }
    if (t.x() == 0) {
      y[t.block()] = id;
    }
  }
};

}  // namespace weft::reference::cuda
