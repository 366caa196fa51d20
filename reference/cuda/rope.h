// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "reference/cuda/element.h"
#include "reference/cuda/index.h"

/// Rotates the pairs (i, i + head_dim / 2) of every head. Tables are (positions, head_dim / 2),
/// fp32, made on the host from float64 angles (rope_table.h).
namespace weft::reference::cuda {

struct RopeTables {
  const float* cosines;
  const float* sines;
};

/// y and x (rows, heads * head_dim). One thread a pair.
template <class T>
struct Rope {
  const T* x;
  T* y;
  RopeTables tables;
  Steps steps;
  std::int64_t rows;
  int heads;
  int head_dim;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    const int half = head_dim / 2;
    if (i >= rows * heads * half) {
      return;
    }
    const RopePair at = rope_pair(i, heads, head_dim);
    const std::int64_t entry = std::int64_t{1} * steps.position_of(at.row) * half + at.pair;
    const float cosine = tables.cosines[entry];
    const float sine = tables.sines[entry];
    const float a = to_float(x[at.low]);
    const float b = to_float(x[at.high]);
    y[at.low] = from_float<T>(a * cosine - b * sine);
    y[at.high] = from_float<T>(b * cosine + a * sine);
  }
};

/// Rows of k or v, (rows, kv_heads * head_dim), into the cache. One thread an element.
template <class T>
struct Append {
  const T* from;
  T* cache;
  CacheShape shape;
  Steps steps;
  std::int64_t rows;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    const int width = shape.kv_heads * shape.head_dim;
    if (i >= rows * width) {
      return;
    }
    const std::int64_t row = i / width;
    const int column = static_cast<int>(i % width);
    cache[shape.offset(steps.sequence_of(row), column / shape.head_dim, steps.position_of(row)) +
          column % shape.head_dim] = from[i];
  }
};

/// One step of decode: of every row (q | k | v), q is rotated into y (rows, heads * head_dim),
/// k rotated into the cache, v copied there. One thread a pair, those of v included.
template <class T>
struct RopeAppend {
  const T* qkv;
  T* y;
  T* keys;
  T* values;
  RopeTables tables;
  CacheShape shape;
  Steps steps;
  std::int64_t rows;
  int heads;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    const int all = heads + 2 * shape.kv_heads;
    const int half = shape.head_dim / 2;
    if (i >= rows * all * half) {
      return;
    }
    const RopePair at = rope_pair(i, all, shape.head_dim);
    const int position = steps.position_of(at.row);
    const std::int64_t sequence = steps.sequence_of(at.row);
    const int v_head = at.head - heads - shape.kv_heads;
    if (v_head >= 0) {
      T* to = values + shape.offset(sequence, v_head, position) + at.pair;
      to[0] = qkv[at.low];
      to[half] = qkv[at.high];
      return;
    }
    const std::int64_t entry = std::int64_t{1} * position * half + at.pair;
    const float cosine = tables.cosines[entry];
    const float sine = tables.sines[entry];
    const float a = to_float(qkv[at.low]);
    const float b = to_float(qkv[at.high]);
    T* to = at.head < heads ? y + (at.row * heads + at.head) * shape.head_dim + at.pair
                            : keys + shape.offset(sequence, at.head - heads, position) + at.pair;
    to[0] = from_float<T>(a * cosine - b * sine);
    to[half] = from_float<T>(b * cosine + a * sine);
  }
};

}  // namespace weft::reference::cuda
