// SPDX-License-Identifier: Apache-2.0
#include "sim/core/matmul.h"

#include <algorithm>
#include <cmath>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "sim/core/element.h"

namespace weft::sim {
namespace {

/// Dense fp32 operands: A [rows, depth], B [depth, columns] -> C [rows, columns].
struct Operands {
  const float* a;
  const float* b;
  float* c;
  std::int64_t rows, depth, columns;
};

// Per element one fma chain over ascending k. fma rounds once by definition, so the vector unit and
// the library call give the same bits, whatever the blocking over rows and columns.
__attribute__((always_inline)) inline void multiply_body(const Operands& m) {
  constexpr std::int64_t kBlock = 16;
  for (std::int64_t n0 = 0; n0 < m.columns; n0 += kBlock) {
    const std::int64_t width = std::min(kBlock, m.columns - n0);
    for (std::int64_t r = 0; r < m.rows; ++r) {
      float acc[kBlock] = {};
      const float* a = m.a + r * m.depth;
      const float* b = m.b + n0;
      if (width == kBlock) {
        for (std::int64_t k = 0; k < m.depth; ++k, b += m.columns) {
          for (std::int64_t n = 0; n < kBlock; ++n) {
            acc[n] = std::fma(a[k], b[n], acc[n]);
          }
        }
      } else {
        for (std::int64_t k = 0; k < m.depth; ++k, b += m.columns) {
          for (std::int64_t n = 0; n < width; ++n) {
            acc[n] = std::fma(a[k], b[n], acc[n]);
          }
        }
      }
      std::copy_n(acc, width, m.c + r * m.columns + n0);
    }
  }
}

void multiply_plain(const Operands& m) { multiply_body(m); }

// fp16 is exact in fp32, so any conversion gives the same bits.
void decode_f16_plain(const std::byte* from, float* to, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::uint16_t bits;
    std::memcpy(&bits, from + 2 * i, sizeof(bits));
    to[i] = f16_to_f32(bits);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void multiply_avx2(const Operands& m) { multiply_body(m); }

__attribute__((target("avx2,f16c"))) void decode_f16_f16c(const std::byte* from, float* to,
                                                          std::int64_t count) {
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const auto* at = reinterpret_cast<const __m128i*>(from + 2 * i);
    _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128(at)));
  }
  decode_f16_plain(from + 2 * i, to + i, count - i);
}
#endif

/// The fastest of what this processor can do, picked once.
struct Kernels {
  void (*multiply)(const Operands&) = multiply_plain;
  void (*decode_f16)(const std::byte*, float*, std::int64_t) = decode_f16_plain;

  Kernels() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
      multiply = multiply_avx2;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) {
      decode_f16 = decode_f16_f16c;
    }
#endif
  }
};

const Kernels& kernels() {
  static const Kernels instance;
  return instance;
}

// Elements of a descriptor as dense fp32 rows.
void decode(const isa::Descriptor& d, std::span<const std::byte> sram, std::vector<float>& to) {
  const Rows rows(d);
  to.resize(static_cast<std::size_t>(rows.count * rows.length));
  for (std::int64_t r = 0; r < rows.count; ++r) {
    float* row = to.data() + r * rows.length;
    const std::int64_t start = rows.start(r);
    if (d.dtype == DType::f16 && rows.step == 2) {
      kernels().decode_f16(sram.data() + start, row, rows.length);
      continue;
    }
    for (std::int64_t i = 0; i < rows.length; ++i) {
      row[i] = load(sram, d.dtype, start + i * rows.step);
    }
  }
}

}  // namespace

void run_matmul(const isa::Descriptor& c, const isa::Descriptor& a, const isa::Descriptor& b,
                float alpha, bool accumulate, std::span<std::byte> sram) {
  thread_local std::vector<float> left, right, product;
  decode(a, sram, left);
  decode(b, sram, right);
  const Rows rows(c);
  product.assign(static_cast<std::size_t>(rows.count * rows.length), 0.0f);
  kernels().multiply({left.data(), right.data(), product.data(), rows.count, b.dims[0], b.dims[1]});
  for (std::int64_t r = 0; r < rows.count; ++r) {
    for (std::int64_t n = 0; n < rows.length; ++n) {
      const std::int64_t at = rows.start(r) + n * rows.step;
      float value = alpha * product[static_cast<std::size_t>(r * rows.length + n)];
      if (accumulate) {
        value += load(sram, c.dtype, at);
      }
      store(sram, c.dtype, at, value);
    }
  }
}

}  // namespace weft::sim
