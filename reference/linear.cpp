// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "reference/kernels.h"

namespace weft::reference {
namespace {

constexpr std::int64_t block_rows = 4;
constexpr std::int64_t block_columns = 8;

/// A block of outputs whose sums stay in registers while k ascends.
template <class T, std::int64_t Rows>
void block(const T* x, const T* weight_t, std::int64_t inputs, std::int64_t outputs, T* y) {
  T sums[Rows][block_columns] = {};
  for (std::int64_t k = 0; k < inputs; ++k) {
    const T* weight = weight_t + k * outputs;
    for (std::int64_t r = 0; r < Rows; ++r) {
      const T value = x[r * inputs + k];
      for (std::int64_t c = 0; c < block_columns; ++c) {
        sums[r][c] += value * weight[c];
      }
    }
  }
  for (std::int64_t r = 0; r < Rows; ++r) {
    std::copy_n(sums[r], block_columns, y + r * outputs);
  }
}

/// Any block, one output at a time.
template <class T>
void remainder(const T* x, const T* weight_t, std::int64_t rows, std::int64_t inputs,
               std::int64_t outputs, std::int64_t columns, T* y) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      T sum = 0;
      for (std::int64_t k = 0; k < inputs; ++k) {
        sum += x[r * inputs + k] * weight_t[k * outputs + c];
      }
      y[r * outputs + c] = sum;
    }
  }
}

}  // namespace

template <class T>
void linear(const T* x, const T* weight_t, std::int64_t rows, std::int64_t inputs,
            std::int64_t outputs, T* y) {
  const std::int64_t whole = outputs / block_columns * block_columns;
  for (std::int64_t r = 0; r < rows; r += block_rows) {
    const std::int64_t count = std::min(block_rows, rows - r);
    const T* from = x + r * inputs;
    T* to = y + r * outputs;
    for (std::int64_t c = 0; c < whole; c += block_columns) {
      if (count == block_rows) {
        block<T, block_rows>(from, weight_t + c, inputs, outputs, to + c);
        continue;
      }
      for (std::int64_t i = 0; i < count; ++i) {
        block<T, 1>(from + i * inputs, weight_t + c, inputs, outputs, to + i * outputs + c);
      }
    }
    remainder(from, weight_t + whole, count, inputs, outputs, outputs - whole, to + whole);
  }
}

template void linear(const float*, const float*, std::int64_t, std::int64_t, std::int64_t, float*);
template void linear(const double*, const double*, std::int64_t, std::int64_t, std::int64_t,
                     double*);

}  // namespace weft::reference
