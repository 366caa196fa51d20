// SPDX-License-Identifier: Apache-2.0
#include "sim/core/matmul.h"

#include <cmath>
#include <vector>

#include "base/half.h"
#include "sim/core/element.h"
#include "sim/core/matmul_kernels.h"

namespace weft::sim {
namespace {

// Rows whose elements lie side by side in a type that the kernels read and write.
bool is_packed(const Rows& rows) {
  const DType type = rows.descriptor.dtype;
  return (type == DType::f16 && rows.step == 2) || (type == DType::f32 && rows.step == 4);
}

// Packed rows that follow each other without a gap are one.
Rows joined(Rows rows) {
  const isa::Descriptor& d = rows.descriptor;
  std::int64_t next = 1;
  bool dense = is_packed(rows);
  for (std::size_t i = rows.last + 1; i-- > 0; next *= d.dims[i]) {
    dense = dense && (d.dims[i] == 1 || d.strides[i] == next);
  }
  if (dense) {
    rows.length *= rows.count;
    rows.count = 1;
  }
  return rows;
}

void decode_packed(const Rows& rows, std::int64_t r, std::span<const std::byte> sram, float* to) {
  const std::byte* from = sram.data() + rows.start(r);
  if (rows.descriptor.dtype == DType::f16) {
    best_matmul_kernels().decode_f16(from, to, rows.length);
  } else if (rows.length > 0) {  // an empty vector may have no address
    std::memcpy(to, from, static_cast<std::size_t>(rows.length) * sizeof(float));
  }
}

void encode_packed(const Rows& rows, std::int64_t r, const float* from, std::span<std::byte> sram) {
  std::byte* to = sram.data() + rows.start(r);
  if (rows.descriptor.dtype == DType::f16) {
    best_matmul_kernels().encode_f16(from, to, rows.length);
  } else if (rows.length > 0) {  // an empty vector may have no address
    std::memcpy(to, from, static_cast<std::size_t>(rows.length) * sizeof(float));
  }
}

// Elements of a descriptor as dense fp32 rows.
void decode(const isa::Descriptor& d, std::span<const std::byte> sram, std::vector<float>& to) {
  const Rows rows = joined(Rows(d));
  to.resize(static_cast<std::size_t>(rows.count * rows.length));
  for (std::int64_t r = 0; r < rows.count; ++r) {
    float* row = to.data() + r * rows.length;
    if (is_packed(rows)) {
      decode_packed(rows, r, sram, row);
      continue;
    }
    for (std::int64_t i = 0; i < rows.length; ++i) {
      row[i] = load(sram, d.dtype, rows.start(r) + i * rows.step);
    }
  }
}

// Row r of C (+)= alpha * product; leaves that in `product`.
void store_packed(const Rows& rows, std::int64_t r, float alpha, bool accumulate, float* product,
                  std::span<std::byte> sram) {
  for (std::int64_t n = 0; n < rows.length; ++n) {
    product[n] *= alpha;
  }
  if (accumulate) {
    thread_local std::vector<float> before;
    before.resize(static_cast<std::size_t>(rows.length));
    decode_packed(rows, r, sram, before.data());
    const float* sum = before.data();
    for (std::int64_t n = 0; n < rows.length; ++n) {
      product[n] += sum[n];
    }
  }
  encode_packed(rows, r, product, sram);
}

void store_elements(const Rows& rows, std::int64_t r, float alpha, bool accumulate,
                    const float* product, std::span<std::byte> sram) {
  const DType type = rows.descriptor.dtype;
  for (std::int64_t n = 0; n < rows.length; ++n) {
    const std::int64_t at = rows.start(r) + n * rows.step;
    const float value = alpha * product[n];
    store(sram, type, at, accumulate ? value + load(sram, type, at) : value);
  }
}

// Each step of the chain is an fma rounded to fp32 and then to fp16.
void multiply_in_f16(const MatmulOperands& m) {
  for (std::int64_t row = 0; row < m.rows; ++row) {
    for (std::int64_t column = 0; column < m.columns; ++column) {
      float sum = 0;
      for (std::int64_t k = 0; k < m.depth; ++k) {
        sum = f16_to_f32(
            f32_to_f16(std::fma(m.a[row * m.depth + k], m.b[k * m.columns + column], sum)));
      }
      m.c[row * m.columns + column] = sum;
    }
  }
}

}  // namespace

void run_matmul(const isa::Descriptor& c, const isa::Descriptor& a, const isa::Descriptor& b,
                float alpha, bool accumulate, std::span<std::byte> sram, DType sums) {
  thread_local std::vector<float> left, right, product;
  decode(a, sram, left);
  decode(b, sram, right);
  const Rows rows = joined(Rows(c));
  product.resize(static_cast<std::size_t>(rows.count * rows.length));
  const MatmulOperands operands{left.data(),   right.data(), product.data(),
                                Rows(c).count, b.dims[0],    b.dims[1]};
  sums == DType::f16 ? multiply_in_f16(operands) : best_matmul_kernels().multiply(operands);
  for (std::int64_t r = 0; r < rows.count; ++r) {
    float* row = product.data() + r * rows.length;
    is_packed(rows) ? store_packed(rows, r, alpha, accumulate, row, sram)
                    : store_elements(rows, r, alpha, accumulate, row, sram);
  }
}

}  // namespace weft::sim
