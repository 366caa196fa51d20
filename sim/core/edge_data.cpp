// SPDX-License-Identifier: Apache-2.0
#include "sim/core/edge_data.h"

#include <cstring>

#include "sim/core/element.h"

namespace weft::sim {

std::vector<std::byte> to_edge(const isa::Descriptor& from, std::span<const std::byte> sram) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(edge_bytes(from)));
  const auto size = static_cast<std::size_t>(bytes_of(from.dtype));
  std::byte* next = bytes.data();
  for_each_element(from, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    std::memcpy(next, sram.data() + address(from, i, j, k), size);
    next += size;
  });
  return bytes;
}

void from_edge(std::span<const std::byte> bytes, const isa::Descriptor& to,
               std::span<std::byte> sram) {
  const auto size = static_cast<std::size_t>(bytes_of(to.dtype));
  const std::byte* next = bytes.data();
  for_each_element(to, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
    std::memcpy(sram.data() + address(to, i, j, k), next, size);
    next += size;
  });
}

}  // namespace weft::sim
