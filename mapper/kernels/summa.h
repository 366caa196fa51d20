// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/result.h"
#include "mapper/kernels/mesh_kernel.h"

namespace weft::mapper {

/// SUMMA with multicast: a product on side x side tiles in `side` steps. In step z column z sends
/// its blocks of A along its rows and row z its blocks of B along its columns, each to all tiles at
/// once, while the blocks of the step before are multiplied. Nothing has to get into line, but
/// every source column and row has a color of its own, 2 side in all: for small meshes.
///
/// Buffers: summa.a, summa.b and summa.c hold block (y, x) of each operand and of the fp32 result,
/// summa.rows and summa.columns two blocks on their way each. Operands stay as they were.
class Summa {
 public:
  Summa(int side, const GemmSize& size) : side_(side), size_(size) {}

  int block_m() const { return block_of(size_.m, side_); }
  int block_k() const { return block_of(size_.k, side_); }
  int block_n() const { return block_of(size_.n, side_); }

  int colors() const { return side_ > 1 ? 2 * side_ : 0; }
  /// Errors: input, when there are fewer than colors().
  Status check_colors(int available) const;
  /// `colors` has colors() of them, those of columns first.
  std::vector<isa::Route> routes(const weft::Rect& region, const std::vector<int>& colors) const;
  /// One role a tile.
  std::vector<PlacedRole> roles(const std::vector<int>& colors) const;
  /// Appends the program of a tile. Takes t0 to t6, q0 and q1, e0 to e3.
  void emit(isa::RoleBuilder& role, int x, int y, const std::vector<int>& colors) const;

  /// Cycles from the start of all tiles at once to the end of the last.
  std::int64_t cycles(const arch::Machine& machine) const;

 private:
  int side_;
  GemmSize size_;
};

}  // namespace weft::mapper
