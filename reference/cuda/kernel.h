// SPDX-License-Identifier: Apache-2.0
#pragma once

/// A kernel here is the body of a thread: a struct of pointers and shapes with one template
/// `operator()(const Thread&)`. launch.h runs it over a grid of the GPU; tests run the same body
/// over a grid of host threads, where sanitizers watch it. `Thread` offers
///   x() threads() block() block_y() block_z() lane() warp() warps()   who it is
///   sync()                  barrier of the block
///   lane_xor(value, mask)   value of the lane whose number differs by `mask`; all lanes take part
///   shared<T>()             shared memory of the block, 16-byte aligned
/// Blocks are whole warps of 32.
#ifdef __CUDACC__
#define WEFT_KERNEL __device__
#else
#define WEFT_KERNEL
#endif

namespace weft::reference::cuda {

/// Implementations of an operation, from plain to fast.
enum class Kernel {
  plain,   ///< one thread an output
  block,   ///< one block a row
  gemv,    ///< one warp some outputs of one row, 16-byte loads
  split,   ///< decode attention, keys split over blocks
  cublas,  ///< products by cuBLAS
};

inline constexpr int kWarp = 32;

}  // namespace weft::reference::cuda
