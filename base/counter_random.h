// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/host_device.h"

/// Random numbers that are a function of seed, stream and index alone: element i of a tensor can be
/// drawn anywhere, in any order, on a host or a GPU, with the same bits.
namespace weft {

WEFT_HOST_DEVICE constexpr std::uint64_t mixed_bits(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

/// splitmix64, started anew for every stream of every seed.
WEFT_HOST_DEVICE constexpr std::uint64_t counter_bits(std::uint64_t seed, std::uint64_t stream,
                                                      std::uint64_t index) {
  constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;
  return mixed_bits(mixed_bits(mixed_bits(seed + step) + step * (stream + 1)) + step * (index + 1));
}

/// Uniform in [-1, 1), a multiple of 2^-23 and so exact in fp32.
WEFT_HOST_DEVICE constexpr float counter_uniform(std::uint64_t seed, std::uint64_t stream,
                                                 std::uint64_t index) {
  const auto bits = static_cast<std::int32_t>(counter_bits(seed, stream, index) >> 40);
  return static_cast<float>(bits - (1 << 23)) * 0x1p-23F;
}

/// Uniform in 0..size-1; size is at most 2^31.
WEFT_HOST_DEVICE constexpr std::int32_t counter_below(std::uint64_t seed, std::uint64_t stream,
                                                      std::uint64_t index, std::uint32_t size) {
  return static_cast<std::int32_t>((counter_bits(seed, stream, index) >> 32) * size >> 32);
}

}  // namespace weft
