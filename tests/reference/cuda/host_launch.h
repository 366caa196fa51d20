// SPDX-License-Identifier: Apache-2.0
// In place of reference/cuda/launch.h: the same names, with kernels on host threads.
#ifndef WEFT_REFERENCE_CUDA_LAUNCH_H
#define WEFT_REFERENCE_CUDA_LAUNCH_H

#include <cstdint>

#include "base/result.h"
#include "reference/cuda/grid.h"
#include "tests/reference/cuda/host_grid.h"

using cudaStream_t = void*;

namespace weft::reference::cuda {

template <class Body>
Status launch(const char*, cudaStream_t, const Grid& grid, const Body& body) {
  if (grid.x > 0) {
    HostGrid(static_cast<int>(grid.x), grid.y, grid.z, grid.threads, grid.shared).run(body);
  }
  return {};
}

}  // namespace weft::reference::cuda

#endif
