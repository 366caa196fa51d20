// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/kernels/mesh_kernel.h"
#include "mapper/kernels/ring.h"

namespace weft::mapper {

/// How rows and columns get into line.
enum class Align {
  /// They lie in line: tile (x, y) begins with blocks (y, z) of A and (z, x) of B, z being the
  /// position whose rank in the ring is the sum of those of x and y mod side. 6 colors, no steps.
  none,
  /// The way blocks go anyway: up to side - 1 steps, 6 colors, no link shared by two of them, so
  /// that cycles are exact.
  forward,
  /// The short way round, up to side / 2 steps: 12 colors. Trains backward and forward meet on
  /// links where a tile begins to multiply before its neighbors do.
  shortest,
};

/// MeshGEMM: a product on side x side tiles in which every tile talks to tiles at most two hops
/// away. Blocks of A move along x and blocks of B along y in rings (Ring), a ring step while the
/// tile multiplies what it has, in two buffers each. Tile (x, y) begins with block (y, x) of A and
/// of B, as plain block layouts put them, and ends with block (y, x) of C; the rings first shift
/// row y of A and column x of B into line, both at once (Align).
///
/// Buffers: gemm.a and gemm.b hold two blocks each, dense, the first filled by whoever comes
/// before; gemm.c one fp32 block. Both may be overwritten. Sums run over blocks of k in an order
/// that depends on the tile, k ascending within.
class MeshGemm {
 public:
  MeshGemm(int side, const GemmSize& size, Align align = Align::forward)
      : ring_(side), size_(size), align_(align) {}

  int block_m() const { return block_of(size_.m, ring_.length()); }
  int block_k() const { return block_of(size_.k, ring_.length()); }
  int block_n() const { return block_of(size_.n, ring_.length()); }

  /// Colors it takes: up to three for each direction of each axis.
  int colors() const { return (align_ == Align::shortest ? 4 : 2) * ring_.colors(); }
  /// `region` is square; `colors` has colors() of them, forward along x and y, then
  /// backward.
  std::vector<isa::Route> routes(const weft::Rect& region, const std::vector<int>& colors) const;
  /// One role for each pair of places in the two rings.
  std::vector<PlacedRole> roles(const std::vector<int>& colors) const;
  /// Appends the program of tiles at these places to a role. The region's corner is that of the
  /// CSRs. Takes t0 to t4, s20 to s28, q0 to q3 and e0 to e3.
  void emit(isa::RoleBuilder& role, const RingPlace& x, const RingPlace& y,
            const std::vector<int>& colors) const;

  /// Cycles from the start of all tiles at once to the end of the last.
  std::int64_t cycles(const arch::Machine& machine) const;

 private:
  Ring ring_;
  GemmSize size_;
  Align align_;
};

}  // namespace weft::mapper
