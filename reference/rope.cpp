// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <vector>

#include "reference/kernels.h"

namespace weft::reference {
namespace {

double scaled(double frequency, const RopeShape& shape) {
  const double turns = shape.context * frequency / (2 * 3.14159265358979323846);
  if (shape.factor == 0 || turns > shape.fastest) {
    return frequency;
  }
  if (turns < shape.slowest) {
    return frequency / shape.factor;
  }
  const double part = (turns - shape.slowest) / (shape.fastest - shape.slowest);
  return part * frequency + (1 - part) * frequency / shape.factor;
}

}  // namespace

template <class T>
void rope(const T* x, std::int64_t rows, const RopeShape& shape, T* y, T* magnitude) {
  const int half = shape.head_dim / 2;
  std::vector<double> frequencies;
  for (int i = 0; i < half; ++i) {
    frequencies.push_back(scaled(std::pow(shape.theta, -2.0 * i / shape.head_dim), shape));
  }
  for (std::int64_t position = 0; position < rows; ++position) {
    for (int i = 0; i < half; ++i) {
      // The angle is exact to double: in float it would lose digits as positions grow.
      const double angle = static_cast<double>(position) * frequencies[static_cast<std::size_t>(i)];
      const T cosine = static_cast<T>(std::cos(angle));
      const T sine = static_cast<T>(std::sin(angle));
      for (int head = 0; head < shape.heads; ++head) {
        const std::int64_t low = (position * shape.heads + head) * shape.head_dim + i;
        const std::int64_t high = low + half;
        const T a = x[low];
        const T b = x[high];
        y[low] = a * cosine - b * sine;
        y[high] = b * cosine + a * sine;
        if (magnitude != nullptr) {
          magnitude[low] = std::abs(a * cosine) + std::abs(b * sine);
          magnitude[high] = std::abs(b * cosine) + std::abs(a * sine);
        }
      }
    }
  }
}

template void rope(const float*, std::int64_t, const RopeShape&, float*, float*);
template void rope(const double*, std::int64_t, const RopeShape&, double*, double*);

}  // namespace weft::reference
