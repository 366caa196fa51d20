// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include <immintrin.h>

#define WEFT_MATMUL_TARGET __attribute__((target("avx512f")))
#include "sim/core/matmul_blocks.h"

namespace weft::sim {
namespace {

struct Avx512 {
  using Vector = __m512;
  static constexpr int kWidth = 16;

  WEFT_MATMUL_TARGET static __mmask16 mask(std::int64_t lanes) {
    return static_cast<__mmask16>((1U << lanes) - 1);
  }
  WEFT_MATMUL_TARGET static Vector zero() { return _mm512_setzero_ps(); }
  WEFT_MATMUL_TARGET static Vector all(float x) { return _mm512_set1_ps(x); }
  WEFT_MATMUL_TARGET static Vector load(const float* at) { return _mm512_loadu_ps(at); }
  WEFT_MATMUL_TARGET static Vector load(const float* at, __mmask16 lanes) {
    return _mm512_maskz_loadu_ps(lanes, at);
  }
  WEFT_MATMUL_TARGET static Vector fma(Vector a, Vector b, Vector c) {
    return _mm512_fmadd_ps(a, b, c);
  }
  WEFT_MATMUL_TARGET static void store(float* at, Vector x) { _mm512_storeu_ps(at, x); }
  WEFT_MATMUL_TARGET static void store(float* at, Vector x, __mmask16 lanes) {
    _mm512_mask_storeu_ps(at, lanes, x);
  }
};

// Sums, a row of B and an element of A fit the 32 registers, and sums outnumber the fma units times
// their latency.
WEFT_MATMUL_TARGET void multiply(const MatmulOperands& m) {
  std::int64_t row = blocks::rows<Avx512, 8, 2>(m, 0);
  row = blocks::rows<Avx512, 4, 4>(m, row);
  blocks::rows<Avx512, 1, 8>(m, row);
}

WEFT_MATMUL_TARGET void decode_f16(const std::byte* from, float* to, std::int64_t count) {
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const auto* at = reinterpret_cast<const __m256i*>(from + 2 * i);
    _mm512_storeu_ps(to + i, _mm512_cvtph_ps(_mm256_loadu_si256(at)));
  }
  kAvx2MatmulKernels.decode_f16(from + 2 * i, to + i, count - i);
}

WEFT_MATMUL_TARGET void encode_f16(const float* from, std::byte* to, std::int64_t count) {
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 2 * i),
                        _mm512_cvtps_ph(_mm512_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT));
  }
  kAvx2MatmulKernels.encode_f16(from + i, to + 2 * i, count - i);
}

}  // namespace

const MatmulKernels kAvx512MatmulKernels{"avx512", multiply, decode_f16, encode_f16};

}  // namespace weft::sim
#endif
