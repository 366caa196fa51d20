// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::reference::cuda {

struct Grid {
  std::int64_t x = 1;
  int y = 1;
  int z = 1;
  int threads = 256;
  std::size_t shared = 0;  ///< bytes of shared memory a block
};

/// Blocks of 256 threads for `count` things.
inline Grid over(std::int64_t count) { return {.x = (count + 255) / 256}; }

}  // namespace weft::reference::cuda
