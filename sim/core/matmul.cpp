// SPDX-License-Identifier: Apache-2.0
#include "sim/core/matmul.h"

#include <cmath>
#include <vector>

#include "sim/core/element.h"

namespace weft::sim {
namespace {

// acc[n] = fma(a, b[n], acc[n]). fma is exact by definition, so the vector unit and the library
// call give the same bits.
__attribute__((always_inline)) inline void axpy_body(float a, const float* b, float* acc,
                                                     std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    acc[i] = std::fma(a, b[i], acc[i]);
  }
}

void axpy_plain(float a, const float* b, float* acc, std::int64_t n) { axpy_body(a, b, acc, n); }

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void axpy_avx2(float a, const float* b, float* acc,
                                                   std::int64_t n) {
  axpy_body(a, b, acc, n);
}
#endif

using Axpy = void (*)(float, const float*, float*, std::int64_t);

Axpy pick_axpy() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return axpy_avx2;
  }
#endif
  return axpy_plain;
}

}  // namespace

void run_matmul(const isa::Descriptor& c, const isa::Descriptor& a, const isa::Descriptor& b,
                float alpha, bool accumulate, std::span<std::byte> sram) {
  static const Axpy axpy = pick_axpy();
  const Rows a_rows(a);
  const Rows c_rows(c);
  const std::int64_t k_count = b.dims[0];
  const std::int64_t n_count = b.dims[1];
  thread_local std::vector<float> acc;
  thread_local std::vector<float> row;
  acc.assign(static_cast<std::size_t>(c_rows.count * n_count), 0.0f);
  row.resize(static_cast<std::size_t>(n_count));
  for (std::int64_t k = 0; k < k_count; ++k) {
    for (std::int64_t n = 0; n < n_count; ++n) {
      row[static_cast<std::size_t>(n)] = load(sram, b.dtype, address(b, k, n, 0));
    }
    for (std::int64_t r = 0; r < c_rows.count; ++r) {
      const float x = load(sram, a.dtype, a_rows.start(r) + k * a_rows.step);
      axpy(x, row.data(), acc.data() + r * n_count, n_count);
    }
  }
  for (std::int64_t r = 0; r < c_rows.count; ++r) {
    for (std::int64_t n = 0; n < n_count; ++n) {
      const std::int64_t at = c_rows.start(r) + n * c_rows.step;
      float value = alpha * acc[static_cast<std::size_t>(r * n_count + n)];
      if (accumulate) {
        value += load(sram, c.dtype, at);
      }
      store(sram, c.dtype, at, value);
    }
  }
}

}  // namespace weft::sim
