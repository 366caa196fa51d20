// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/kernels/mesh_kernel.h"
#include "mapper/kernels/ring.h"

namespace weft::mapper {

/// C [m, n] = A [m, k] * B [n, k]^T on side x side tiles, neither operand transposed nor brought
/// into line: scores of attention, queries by keys. Blocks of B move along y in a ring; in every
/// step the tiles of a row multiply block by block, and chains from both ends of the row add their
/// products up at the column where that block of C belongs, another one in every step.
///
/// Buffers: gemmt.a block (y, x) of A, gemmt.b two blocks of B, the first filled with (y, x),
/// gemmt.c block (y, x) of C in fp32
/// at the end, gemmt.sum what a tile adds to others' blocks after its own. Sums run from both ends
/// of the row to the column, k ascending within a tile.
class MeshGemmTransposed {
 public:
  MeshGemmTransposed(int side, const GemmSize& size) : ring_(side), size_(size) {}

  int block_m() const { return block_of(size_.m, ring_.length()); }
  int block_k() const { return block_of(size_.k, ring_.length()); }
  int block_n() const { return block_of(size_.n, ring_.length()); }

  /// Colors it takes: those of a ring and two for each direction of the chains.
  int colors() const { return ring_.length() == 1 ? 0 : kChainColors + ring_.colors(); }
  /// `colors` has colors() of them: chains to higher x, to lower x, ring.
  std::vector<isa::Route> routes(const weft::Rect& region, const std::vector<int>& colors) const;
  /// Four roles at most along x for each place in the ring.
  std::vector<PlacedRole> roles(const std::vector<int>& colors) const;
  /// Appends the program of tiles like (x, …) at this place of the ring. Takes t0 to t5, s20 to
  /// s23, q0 and q1, e0 and e1.
  void emit(isa::RoleBuilder& role, int x, const RingPlace& y,
            const std::vector<int>& colors) const;

  /// Cycles from the start of all tiles at once to the end of the last.
  std::int64_t cycles(const arch::Machine& machine) const;

 private:
  static constexpr int kChainColors = 4;

  Ring ring_;
  GemmSize size_;
};

}  // namespace weft::mapper
