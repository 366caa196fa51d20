// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/dtype.h"
#include "reference/cuda/element.h"
#include "reference/drawn.h"

namespace weft::reference::cuda {

template <class T>
constexpr DType dtype_as() {
  return sizeof(T) == 4 ? DType::f32 : std::is_same_v<T, F16> ? DType::f16 : DType::bf16;
}

/// Elements in memory as aligned as cudaMalloc's, drawn, and the same as double.
template <class T>
struct Drawn {
  Drawn(std::int64_t count, std::uint64_t stream, Law law = {0, 1})
      : packs(static_cast<std::size_t>((count + Pack<T>::size - 1) / Pack<T>::size)) {
    for (std::int64_t i = 0; i < count; ++i) {
      data()[i] = from_float<T>(law.value(1, stream, static_cast<std::uint64_t>(i)));
      values.push_back(to_float(data()[i]));
    }
  }
  /// Memory to be written: not a number until it is.
  explicit Drawn(std::int64_t count) : Drawn(count, 0) {
    for (std::int64_t i = 0; i < count; ++i) {
      data()[i] = from_float<T>(NAN);
    }
  }

  T* data() { return packs.data()->at; }
  const T* data() const { return packs.data()->at; }

  std::vector<Pack<T>> packs;
  std::vector<double> values;
};

}  // namespace weft::reference::cuda
