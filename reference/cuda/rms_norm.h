// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "reference/cuda/element.h"
#include "reference/cuda/reduce.h"

/// y = x * gain / sqrt(mean(x^2) + epsilon), row by row; x and y (rows, width), gain (width).
namespace weft::reference::cuda {

/// One thread a row.
template <class T>
struct RmsNormPlain {
  const T* x;
  const T* gain;
  T* y;
  std::int64_t rows;
  std::int64_t width;
  float epsilon;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t row = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    if (row >= rows) {
      return;
    }
    const T* from = x + row * width;
    float squares = 0;
    for (std::int64_t i = 0; i < width; ++i) {
      squares += to_float(from[i]) * to_float(from[i]);
    }
    const float root = sqrtf(squares / static_cast<float>(width) + epsilon);
    for (std::int64_t i = 0; i < width; ++i) {
      y[row * width + i] = from_float<T>(to_float(from[i]) / root * to_float(gain[i]));
    }
  }
};

/// One block a row, whole packs; width is a multiple of Pack<T>::size. Shared: kWarp floats.
template <class T>
struct RmsNormBlock {
  const T* x;
  const T* gain;
  T* y;
  std::int64_t width;
  float epsilon;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    constexpr int size = Pack<T>::size;
    const T* from = x + t.block() * width;
    T* to = y + t.block() * width;
    float squares = 0;
    for (std::int64_t k = t.x() * size; k < width; k += t.threads() * size) {
      const Pack<T> pack = load_pack(from + k);
      for (int i = 0; i < size; ++i) {
        squares += to_float(pack.at[i]) * to_float(pack.at[i]);
      }
    }
    squares = block_sum(t, squares, t.template shared<float>());
    const float root = sqrtf(squares / static_cast<float>(width) + epsilon);
    for (std::int64_t k = t.x() * size; k < width; k += t.threads() * size) {
      const Pack<T> pack = load_pack(from + k);
      const Pack<T> gains = load_pack(gain + k);
      Pack<T> result;
      for (int i = 0; i < size; ++i) {
        result.at[i] = from_float<T>(to_float(pack.at[i]) / root * to_float(gains.at[i]));
      }
      store_pack(to + k, result);
    }
  }
};

}  // namespace weft::reference::cuda
