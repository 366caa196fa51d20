// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "reference/cuda/element.h"

/// Operations element by element. A thread takes one pack, the last one what is left.
namespace weft::reference::cuda {

/// y = f(a, b) over `count` elements; arrays are 16-byte aligned.
template <class T, class Function>
struct Elementwise {
  const T* a;
  const T* b;
  T* y;
  std::int64_t count;
  Function function;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t first =
        (static_cast<std::int64_t>(t.block()) * t.threads() + t.x()) * Pack<T>::size;
    if (first + Pack<T>::size <= count) {
      const Pack<T> left = load_pack(a + first);
      const Pack<T> right = load_pack(b + first);
      Pack<T> result;
      for (int i = 0; i < Pack<T>::size; ++i) {
        result.at[i] = from_float<T>(function(to_float(left.at[i]), to_float(right.at[i])));
      }
      store_pack(y + first, result);
      return;
    }
    for (std::int64_t i = first; i < count; ++i) {
      y[i] = from_float<T>(function(to_float(a[i]), to_float(b[i])));
    }
  }
};

struct AddFunction {
  WEFT_KERNEL float operator()(float a, float b) const { return a + b; }
};

struct SiluMulFunction {
  WEFT_KERNEL float operator()(float gate, float up) const {
    return gate / (1.0F + expf(-gate)) * up;
  }
};

/// y (rows, width): row r is row tokens[r] of table (vocabulary, width). One thread an element.
template <class T>
struct Embed {
  const int* tokens;
  const T* table;
  T* y;
  std::int64_t rows;
  std::int64_t width;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    if (i < rows * width) {
      y[i] = table[tokens[i / width] * width + i % width];
    }
  }
};

/// fp32 from the storage type, element by element.
template <class T>
struct Widen {
  const T* from;
  float* to;
  std::int64_t count;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x();
    if (i < count) {
      to[i] = to_float(from[i]);
    }
  }
};

/// A step is done: the next one begins one position later. One thread.
struct Advance {
  int* first;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    if (t.block() == 0 && t.x() == 0) {
      ++*first;
    }
  }
};

}  // namespace weft::reference::cuda
