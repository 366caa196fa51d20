// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "reference/kernels.h"

namespace weft::reference {

template <class T>
void rms_norm(const T* x, const T* gain, std::int64_t rows, std::int64_t width, T epsilon, T* y) {
  for (std::int64_t r = 0; r < rows; ++r, x += width, y += width) {
    T squares = 0;
    for (std::int64_t i = 0; i < width; ++i) {
      squares += x[i] * x[i];
    }
    const T root = std::sqrt(squares / static_cast<T>(width) + epsilon);
    for (std::int64_t i = 0; i < width; ++i) {
      y[i] = x[i] / root * gain[i];
    }
  }
}

template void rms_norm(const float*, const float*, std::int64_t, std::int64_t, float, float*);
template void rms_norm(const double*, const double*, std::int64_t, std::int64_t, double, double*);

}  // namespace weft::reference
