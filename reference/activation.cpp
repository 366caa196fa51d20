// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "reference/kernels.h"

namespace weft::reference {

template <class T>
void silu_mul(const T* gate, const T* up, std::int64_t elements, T* y) {
  for (std::int64_t i = 0; i < elements; ++i) {
    y[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
  }
}

template <class T>
std::int64_t argmax(const T* values, std::int64_t width) {
  return std::max_element(values, values + width) - values;
}

template void silu_mul(const float*, const float*, std::int64_t, float*);
template void silu_mul(const double*, const double*, std::int64_t, double*);
template std::int64_t argmax(const float*, std::int64_t);
template std::int64_t argmax(const double*, std::int64_t);

}  // namespace weft::reference
