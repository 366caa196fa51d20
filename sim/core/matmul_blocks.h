// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/core/matmul_kernels.h"

/// A product in blocks of R rows by V vectors of columns, whose sums stay in registers while k
/// ascends. Whoever includes this has defined WEFT_MATMUL_TARGET, the attribute that lets a
/// function use the instructions of Unit.
namespace weft::sim::blocks {

template <class Unit, int R, int V>
WEFT_MATMUL_TARGET void block(const MatmulOperands& m, std::int64_t row, std::int64_t column) {
  const auto last = Unit::mask(std::min<std::int64_t>(m.columns - column, Unit::kWidth * V) -
                               Unit::kWidth * (V - 1));
  typename Unit::Vector sum[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) {
      sum[r][v] = Unit::zero();
    }
  }
  const float* a = m.a + row * m.depth;
  const float* b = m.b + column;
  for (std::int64_t k = 0; k < m.depth; ++k, b += m.columns) {
    typename Unit::Vector right[V];
#pragma GCC unroll 8
    for (int v = 0; v + 1 < V; ++v) {
      right[v] = Unit::load(b + v * Unit::kWidth);
    }
    right[V - 1] = Unit::load(b + (V - 1) * Unit::kWidth, last);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const auto left = Unit::all(a[r * m.depth + k]);
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) {
        sum[r][v] = Unit::fma(left, right[v], sum[r][v]);
      }
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    float* c = m.c + (row + r) * m.columns + column;
#pragma GCC unroll 8
    for (int v = 0; v + 1 < V; ++v) {
      Unit::store(c + v * Unit::kWidth, sum[r][v]);
    }
    Unit::store(c + (V - 1) * Unit::kWidth, sum[r][V - 1], last);
  }
}

/// As many vectors as there are columns left, at most V.
template <class Unit, int R, int V>
WEFT_MATMUL_TARGET void strip(const MatmulOperands& m, std::int64_t row, std::int64_t column) {
  if constexpr (V > 1) {
    if (m.columns - column <= Unit::kWidth * (V - 1)) {
      return strip<Unit, R, V - 1>(m, row, column);
    }
  }
  block<Unit, R, V>(m, row, column);
}

/// Rows from `row` on, R at a time; returns the first row that is left.
template <class Unit, int R, int V>
WEFT_MATMUL_TARGET std::int64_t rows(const MatmulOperands& m, std::int64_t row) {
  for (; row + R <= m.rows; row += R) {
    for (std::int64_t column = 0; column < m.columns; column += Unit::kWidth * V) {
      strip<Unit, R, V>(m, row, column);
    }
  }
  return row;
}

}  // namespace weft::sim::blocks
