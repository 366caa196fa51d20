// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::sim::word {

/// A bit a tile: rows of whole words, a word of zeros before and after each, a row of zeros above
/// and below.
using Plane = std::vector<std::uint64_t>;

struct DenseGeometry {
  std::size_t height = 0;
  std::size_t stride = 0;  ///< words from row to row; the first tile of row 0 is in word stride + 1
};

/// Planes of the tiles that send words on in each direction; null where none does.
struct DenseWays {
  const std::uint64_t* east = nullptr;
  const std::uint64_t* south = nullptr;
  const std::uint64_t* west = nullptr;
  const std::uint64_t* north = nullptr;
};

struct DenseMove {
  std::int64_t left = 0;     ///< words that left their register
  std::int64_t entered = 0;  ///< registers entered: more where words fork
};

/// The loops over planes that a sweep consists of, in one instruction set; all give the same bits.
struct DenseKernels {
  std::string_view name;
  /// Blocked words hold up those that want south or north into their register; true if any.
  bool (*block_rows)(const DenseGeometry&, const Plane& full, const Plane& south,
                     const Plane& north, Plane& blocked);
  /// … east or west.
  bool (*block_columns)(const DenseGeometry&, const Plane& full, const Plane& east,
                        const Plane& west, Plane& blocked);
  void (*find_moving)(const Plane& full, const Plane& blocked, Plane& moving);
  DenseMove (*move)(const DenseGeometry&, const Plane& moving, const DenseWays&, Plane& arriving);
  /// full = blocked | arriving; fresh = arriving.
  void (*settle)(const Plane& arriving, const Plane& blocked, Plane& full, Plane& fresh);
};

/// Those this processor can run, the best first; the last runs everywhere.
const std::vector<DenseKernels>& all_dense_kernels();
inline const DenseKernels& best_dense_kernels() { return all_dense_kernels().front(); }

}  // namespace weft::sim::word
