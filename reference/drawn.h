// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "base/counter_random.h"

/// Values that are drawn rather than stored: inputs of recorded op cases and weights of models that
/// are only timed. Element i of tensor number `stream` is rounded to fp32, then to its type.
namespace weft::reference {

/// Uniform in [center - spread, center + spread).
struct Law {
  float center = 0;
  float spread = 1;

  WEFT_HOST_DEVICE float value(std::uint64_t seed, std::uint64_t stream,
                               std::uint64_t index) const {
    // spread is a power of two: the product is exact, fused or not.
    return center + spread * counter_uniform(seed, stream, index);
  }
};

/// The law of a weight by its shape: gains around 1; products such that outputs are about as large
/// as inputs.
inline Law law_of_weight(std::span<const std::int64_t> shape) {
  if (shape.size() < 2) {
    return {1, 0.25F};
  }
  const double inputs = static_cast<double>(shape.back());
  return {0, static_cast<float>(std::exp2(std::round(std::log2(std::sqrt(3 / inputs)))))};
}

/// Activations and embedding tables.
inline constexpr Law kActivationLaw{0, 2};

}  // namespace weft::reference
