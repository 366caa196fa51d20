// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "reference/cuda/device.h"
#include "reference/cuda/index.h"
#include "reference/cuda/kernel.h"

/// The operations on device memory, each by the kernel that is named. Work is queued on the stream
/// of the device. Errors: input (that kernel does not fit these shapes or types), failed (CUDA).
namespace weft::reference::cuda {

/// Row-major rows in device memory.
struct Matrix {
  void* data = nullptr;
  DType dtype = DType::f16;
  std::int64_t rows = 0;
  std::int64_t width = 0;

  std::int64_t elements() const { return rows * width; }
};

/// Keys and values of one layer, (sequences, kv_heads, capacity, head_dim) each.
struct Cache {
  void* keys = nullptr;
  void* values = nullptr;
  DType dtype = DType::f16;
  CacheShape shape;
};

struct Rotation {
  const float* cosines = nullptr;  ///< (positions, head_dim / 2)
  const float* sines = nullptr;
  int heads = 0;
  int head_dim = 0;
};

Status embed(Device& device, const int* tokens, Matrix table, Matrix y);
/// plain, block.
Status rms_norm(Device& device, Kernel kernel, Matrix x, const void* gain, double epsilon,
                Matrix y);
/// plain, gemv (one row), cublas. `accumulate` f16: cublas and f16 operands only.
Status linear(Device& device, Kernel kernel, DType accumulate, Matrix x, Matrix weight, Matrix y);
Status rope(Device& device, Matrix x, const Rotation& rotation, Steps steps, Matrix y);
/// k and v rows into the cache.
Status append(Device& device, Matrix k, Matrix v, Steps steps, const Cache& cache);
/// plain, block, split (one row a sequence), cublas (one sequence, `first` known to the host).
Status attention(Device& device, Kernel kernel, Matrix q, const Cache& cache, Steps steps,
                 int first, int heads, double scale, Matrix y);
Status silu_mul(Device& device, Matrix gate, Matrix up, Matrix y);
Status add(Device& device, Matrix a, Matrix b, Matrix y);
/// plain, block; y i32.
Status argmax(Device& device, Kernel kernel, Matrix logits, int* y);
/// Elements of a weight by reference/drawn.h.
Status draw(Device& device, Matrix y, float center, float spread, std::uint64_t seed,
            std::uint64_t stream);

/// Whether a kernel can do it; the fastest one that can.
bool rows_fit_packs(DType dtype, std::int64_t width);
bool split_fits(DType dtype, const CacheShape& shape, int heads);
int splits_for(const Device& device, const CacheShape& shape, std::int64_t rows);

}  // namespace weft::reference::cuda
