// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "reference/cuda/kernel.h"

#ifdef __CUDACC__
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#else
#include <cstring>

#include "base/half.h"
#endif

namespace weft::reference::cuda {

struct F16 {
  std::uint16_t bits;
};

struct BF16 {
  std::uint16_t bits;
};

WEFT_KERNEL inline float to_float(float value) { return value; }

WEFT_KERNEL inline float to_float(F16 value) {
#ifdef __CUDACC__
  return __half2float(__ushort_as_half(value.bits));
#else
  return f16_to_f32(value.bits);
#endif
}

WEFT_KERNEL inline float to_float(BF16 value) {
#ifdef __CUDACC__
  return __bfloat162float(__ushort_as_bfloat16(value.bits));
#else
  return bf16_to_f32(value.bits);
#endif
}

/// To the storage type, to nearest even.
template <class T>
WEFT_KERNEL inline T from_float(float value);

template <>
WEFT_KERNEL inline float from_float<float>(float value) {
  return value;
}

template <>
WEFT_KERNEL inline F16 from_float<F16>(float value) {
#ifdef __CUDACC__
  return {__half_as_ushort(__float2half_rn(value))};
#else
  return {f32_to_f16(value)};
#endif
}

template <>
WEFT_KERNEL inline BF16 from_float<BF16>(float value) {
#ifdef __CUDACC__
  return {__bfloat16_as_ushort(__float2bfloat16_rn(value))};
#else
  return {f32_to_bf16(value)};
#endif
}

/// What a value is after it was stored and read again.
template <class T>
WEFT_KERNEL inline float rounded_to(float value) {
  return to_float(from_float<T>(value));
}

/// As many elements as one 16-byte access moves.
template <class T>
struct alignas(16) Pack {
  static constexpr int size = 16 / static_cast<int>(sizeof(T));
  T at[size];
};

/// `from` is a multiple of 16.
template <class T>
WEFT_KERNEL inline Pack<T> load_pack(const T* from) {
  Pack<T> pack;
#ifdef __CUDACC__
  *reinterpret_cast<uint4*>(&pack) = __ldg(reinterpret_cast<const uint4*>(from));
#else
  std::memcpy(&pack, __builtin_assume_aligned(from, 16), sizeof(pack));
#endif
  return pack;
}

/// The same for what is read once: it should not push other things out of the caches.
template <class T>
WEFT_KERNEL inline Pack<T> load_streaming(const T* from) {
#ifdef __CUDACC__
  Pack<T> pack;
  *reinterpret_cast<uint4*>(&pack) = __ldcs(reinterpret_cast<const uint4*>(from));
  return pack;
#else
  return load_pack(from);
#endif
}

template <class T>
WEFT_KERNEL inline void store_pack(T* to, const Pack<T>& pack) {
#ifdef __CUDACC__
  *reinterpret_cast<uint4*>(to) = *reinterpret_cast<const uint4*>(&pack);
#else
  std::memcpy(__builtin_assume_aligned(to, 16), &pack, sizeof(pack));
#endif
}

}  // namespace weft::reference::cuda
