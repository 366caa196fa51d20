// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include <immintrin.h>

#include <cstring>

#include "base/half.h"

#define WEFT_MATMUL_TARGET __attribute__((target("avx2,fma,f16c")))
#include "sim/core/matmul_blocks.h"

namespace weft::sim {
namespace {

struct Avx2 {
  using Vector = __m256;
  static constexpr int kWidth = 8;

  WEFT_MATMUL_TARGET static __m256i mask(std::int64_t lanes) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(lanes)),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  WEFT_MATMUL_TARGET static Vector zero() { return _mm256_setzero_ps(); }
  WEFT_MATMUL_TARGET static Vector all(float x) { return _mm256_set1_ps(x); }
  WEFT_MATMUL_TARGET static Vector load(const float* at) { return _mm256_loadu_ps(at); }
  WEFT_MATMUL_TARGET static Vector load(const float* at, __m256i lanes) {
    return _mm256_maskload_ps(at, lanes);
  }
  WEFT_MATMUL_TARGET static Vector fma(Vector a, Vector b, Vector c) {
    return _mm256_fmadd_ps(a, b, c);
  }
  WEFT_MATMUL_TARGET static void store(float* at, Vector x) { _mm256_storeu_ps(at, x); }
  WEFT_MATMUL_TARGET static void store(float* at, Vector x, __m256i lanes) {
    _mm256_maskstore_ps(at, lanes, x);
  }
};

WEFT_MATMUL_TARGET void multiply(const MatmulOperands& m) {
  std::int64_t row = blocks::rows<Avx2, 6, 2>(m, 0);
  row = blocks::rows<Avx2, 2, 4>(m, row);
  blocks::rows<Avx2, 1, 8>(m, row);
}

WEFT_MATMUL_TARGET void decode_f16(const std::byte* from, float* to, std::int64_t count) {
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const auto* at = reinterpret_cast<const __m128i*>(from + 2 * i);
    _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128(at)));
  }
  for (; i < count; ++i) {
    std::uint16_t bits;
    std::memcpy(&bits, from + 2 * i, sizeof(bits));
    to[i] = f16_to_f32(bits);
  }
}

WEFT_MATMUL_TARGET void encode_f16(const float* from, std::byte* to, std::int64_t count) {
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 2 * i),
                     _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT));
  }
  for (; i < count; ++i) {
    const std::uint16_t bits = f32_to_f16(from[i]);
    std::memcpy(to + 2 * i, &bits, sizeof(bits));
  }
}

}  // namespace

const MatmulKernels kAvx2MatmulKernels{"avx2", multiply, decode_f16, encode_f16};

}  // namespace weft::sim
#endif
