// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#include "base/half.h"
#include "isa/program_state.h"

namespace weft::sim {

/// Byte address of element (i, j, k) of a descriptor.
inline std::int64_t address(const isa::Descriptor& d, std::int64_t i, std::int64_t j,
                            std::int64_t k) {
  return d.base + bytes_of(d.dtype) * (i * d.strides[0] + j * d.strides[1] + k * d.strides[2]);
}

inline float load(std::span<const std::byte> sram, DType type, std::int64_t at) {
  const std::byte* from = sram.data() + at;
  if (bytes_of(type) == 2) {
    std::uint16_t bits;
    std::memcpy(&bits, from, sizeof(bits));
    return type == DType::f16 ? f16_to_f32(bits) : bf16_to_f32(bits);
  }
  if (type == DType::i32) {
    std::int32_t value;
    std::memcpy(&value, from, sizeof(value));
    return static_cast<float>(value);
  }
  float value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

inline void store(std::span<std::byte> sram, DType type, std::int64_t at, float value) {
  std::byte* to = sram.data() + at;
  if (bytes_of(type) == 2) {
    const std::uint16_t bits = type == DType::f16 ? f32_to_f16(value) : f32_to_bf16(value);
    std::memcpy(to, &bits, sizeof(bits));
  } else if (type == DType::i32) {
    const auto integer = static_cast<std::int32_t>(value);
    std::memcpy(to, &integer, sizeof(integer));
  } else {
    std::memcpy(to, &value, sizeof(value));
  }
}

/// Calls f(i, j, k) for every element in row-major order.
template <class F>
void for_each_element(const isa::Descriptor& d, F&& f) {
  for (std::int64_t i = 0; i < d.dims[0]; ++i) {
    for (std::int64_t j = 0; j < d.dims[1]; ++j) {
      for (std::int64_t k = 0; k < d.dims[2]; ++k) {
        f(i, j, k);
      }
    }
  }
}

/// A descriptor seen as rows of its last axis: the leading axes collapse to one.
struct Rows {
  explicit Rows(const isa::Descriptor& d)
      : descriptor(d), last(d.rank == 0 ? 0 : static_cast<std::size_t>(d.rank - 1)) {
    for (std::size_t i = 0; i < last; ++i) {
      count *= d.dims[i];
    }
    length = d.dims[last];
    step = static_cast<std::int64_t>(d.strides[last]) * bytes_of(d.dtype);
  }
  /// Byte address of the first element of row r.
  std::int64_t start(std::int64_t r) const {
    if (last == 0) {
      return descriptor.base;
    }
    const std::int64_t inner = last == 2 ? descriptor.dims[1] : 1;
    const std::int64_t stride = last == 2 ? descriptor.strides[1] : 0;
    return descriptor.base +
           bytes_of(descriptor.dtype) * (r / inner * descriptor.strides[0] + r % inner * stride);
  }

  const isa::Descriptor& descriptor;
  std::size_t last;
  std::int64_t count = 1;
  std::int64_t length = 1;
  std::int64_t step = 0;
};

}  // namespace weft::sim
