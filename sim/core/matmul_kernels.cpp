// SPDX-License-Identifier: Apache-2.0
#include "sim/core/matmul_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/half.h"

namespace weft::sim {
namespace {

void multiply(const MatmulOperands& m) {
  constexpr std::int64_t kBlock = 16;
  for (std::int64_t r = 0; r < m.rows; ++r) {
    for (std::int64_t first = 0; first < m.columns; first += kBlock) {
      const std::int64_t width = std::min(kBlock, m.columns - first);
      const float* b = m.b + first;
      float sum[kBlock] = {};
      for (std::int64_t k = 0; k < m.depth; ++k, b += m.columns) {
        for (std::int64_t n = 0; n < width; ++n) {
          sum[n] = std::fma(m.a[r * m.depth + k], b[n], sum[n]);
        }
      }
      std::copy_n(sum, width, m.c + r * m.columns + first);
    }
  }
}

void decode_f16(const std::byte* from, float* to, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::uint16_t bits;
    std::memcpy(&bits, from + 2 * i, sizeof(bits));
    to[i] = f16_to_f32(bits);
  }
}

void encode_f16(const float* from, std::byte* to, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint16_t bits = f32_to_f16(from[i]);
    std::memcpy(to + 2 * i, &bits, sizeof(bits));
  }
}

std::vector<MatmulKernels> find_kernels() {
  std::vector<MatmulKernels> found;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("f16c")) {
    if (__builtin_cpu_supports("avx512f")) {
      found.push_back(kAvx512MatmulKernels);
    }
    found.push_back(kAvx2MatmulKernels);
  }
#endif
  found.push_back({"plain", multiply, decode_f16, encode_f16});
  return found;
}

}  // namespace

const std::vector<MatmulKernels>& all_matmul_kernels() {
  static const std::vector<MatmulKernels> kernels = find_kernels();
  return kernels;
}

}  // namespace weft::sim
