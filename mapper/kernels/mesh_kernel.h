// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/arch.pb.h"
#include "base/dtype.h"
#include "base/rect.h"
#include "isa/bundle.pb.h"
#include "isa/role_builder.h"

namespace weft::mapper {

/// C [m, n] = A [m, k] * B [k, n]; A and B are stored as `dtype`, C is accumulated in fp32.
struct GemmSize {
  int m = 1;
  int k = 1;
  int n = 1;
  DType dtype = DType::f16;
};

/// A role under construction and where it stands, coordinates counted from the corner of the
/// region.
struct PlacedRole {
  isa::RoleBuilder role;
  std::vector<weft::TileSet> tiles;
};

/// Every part of an axis of `size` elements in `parts` has so many, padding included.
inline int block_of(int size, int parts) { return (size + parts - 1) / parts; }

/// The most SRAM one of these roles takes: program, halt included, and buffers.
std::int64_t sram_bytes(std::vector<PlacedRole> roles, const arch::Machine& machine);

/// Tiles of a region whose columns and rows are given by position.
std::vector<weft::TileSet> product_of(const std::vector<int>& columns,
                                      const std::vector<int>& rows);

}  // namespace weft::mapper
