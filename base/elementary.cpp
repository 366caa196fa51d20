// SPDX-License-Identifier: Apache-2.0
#include "base/elementary.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace weft {
namespace {

// exp in double: x = k ln2 + r with |r| <= ln2 / 2, then the Taylor series of degree 10,
// whose remainder r^11/11! is below 2^-40. Additions and products only, in a fixed order.
double exp_f64(double x) {
  constexpr double kLog2e = 1.4426950408889634074;
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  const double k = std::floor(x * kLog2e + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  const auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023) << 52;
  return sum * std::bit_cast<double>(bits);
}

}  // namespace

float exp_f32(float x) {
  if (std::isnan(x)) {
    return x;
  }
  if (x > 89.0f) {
    return std::numeric_limits<float>::infinity();
  }
  if (x < -104.0f) {
    return 0.0f;
  }
  return static_cast<float>(exp_f64(x));
}

float rsqrt_f32(float x) { return static_cast<float>(1.0 / std::sqrt(static_cast<double>(x))); }

float silu_f32(float x) {
  if (std::isnan(x)) {
    return x;
  }
  if (x < -104.0f) {
    return 0.0f * x;
  }
  if (x > 104.0f) {
    return x;
  }
  return static_cast<float>(static_cast<double>(x) / (1.0 + exp_f64(-static_cast<double>(x))));
}

}  // namespace weft
