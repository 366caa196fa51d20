// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "isa/program_state.h"

namespace weft::sim {

/// Bytes a tensor takes in edge memory: dense, row-major.
inline std::int64_t edge_bytes(const isa::Descriptor& tensor) {
  return tensor.elements() * bytes_of(tensor.dtype);
}

/// A tensor as it goes to edge memory.
std::vector<std::byte> to_edge(const isa::Descriptor& from, std::span<const std::byte> sram);
/// … and as it comes from there.
void from_edge(std::span<const std::byte> bytes, const isa::Descriptor& to,
               std::span<std::byte> sram);

}  // namespace weft::sim
