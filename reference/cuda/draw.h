// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "reference/cuda/element.h"
#include "reference/drawn.h"

namespace weft::reference::cuda {

/// The elements of a weight, drawn where they lie. One thread an element, grids in strides.
template <class T>
struct Draw {
  T* y;
  std::int64_t count;
  Law law;
  std::uint64_t seed;
  std::uint64_t stream;

  template <class Thread>
  WEFT_KERNEL void operator()(const Thread& t) const {
    const std::int64_t stride = static_cast<std::int64_t>(t.blocks()) * t.threads();
    for (std::int64_t i = static_cast<std::int64_t>(t.block()) * t.threads() + t.x(); i < count;
         i += stride) {
      y[i] = from_float<T>(law.value(seed, stream, static_cast<std::uint64_t>(i)));
    }
  }
};

}  // namespace weft::reference::cuda
