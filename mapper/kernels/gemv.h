// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "mapper/collectives/line_plan.h"
#include "mapper/kernels/mesh_kernel.h"

namespace weft::mapper {

/// A product of few rows with a matrix that stays where it is, on width x height tiles: k lies in
/// blocks along x, n in blocks along y, the m rows everywhere. Every tile multiplies its block of
/// the rows with its block of the matrix, and a chain from both ends to the middle adds up along x
/// and brings the sum back to all. Decoding is m = 1.
///
/// Buffers: gemv.x [m, k block] and gemv.w [k block, n block] as stored, gemv.y [m, n block] fp32,
/// the same on all tiles of a row at the end.
class Gemv {
 public:
  Gemv(int width, int height, const GemmSize& size, const arch::Machine& machine);

  int block_k() const { return block_of(size_.k, width_); }
  int block_n() const { return block_of(size_.n, height_); }

  /// Colors it takes, one a flow of the chain.
  int colors() const { return plan_.colors(); }
  std::vector<isa::Route> routes(const weft::Rect& region, const std::vector<int>& colors) const {
    return plan_.routes(colors, region);
  }
  std::vector<PlacedRole> roles(const std::vector<int>& colors) const;
  /// Appends the program of tiles at this place of the chain. Takes t0 to t2.
  void emit(isa::RoleBuilder& role, const collectives::Place& place,
            const std::vector<int>& colors) const;

  /// Cycles from the start of all tiles at once to the end of the last.
  std::int64_t cycles(const arch::Machine& machine) const;

 private:
  int width_;
  int height_;
  GemmSize size_;
  collectives::LinePlan plan_;
};

}  // namespace weft::mapper
