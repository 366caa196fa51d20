// SPDX-License-Identifier: Apache-2.0
// Not `#pragma once`: tests that run the operations on host threads define the same names first.
#ifndef WEFT_REFERENCE_CUDA_LAUNCH_H
#define WEFT_REFERENCE_CUDA_LAUNCH_H

#include <cuda_runtime.h>

#include "base/result.h"
#include "reference/cuda/grid.h"
#include "reference/cuda/kernel.h"

/// Only for files that nvcc translates.
namespace weft::reference::cuda {

/// The thread of a kernel on the GPU; see kernel.h.
class GpuThread {
 public:
  __device__ int x() const { return static_cast<int>(threadIdx.x); }
  __device__ int threads() const { return static_cast<int>(blockDim.x); }
  __device__ int block() const { return static_cast<int>(blockIdx.x); }
  __device__ int block_y() const { return static_cast<int>(blockIdx.y); }
  __device__ int block_z() const { return static_cast<int>(blockIdx.z); }
  __device__ int blocks() const { return static_cast<int>(gridDim.x); }
  __device__ int lane() const { return x() % kWarp; }
  __device__ int warp() const { return x() / kWarp; }
  __device__ int warps() const { return threads() / kWarp; }
  __device__ void sync() const { __syncthreads(); }
  __device__ float lane_xor(float value, int mask) const {
    return __shfl_xor_sync(0xffffffffU, value, mask);
  }
  template <class T>
  __device__ T* shared() const {
    extern __shared__ uint4 weft_shared_memory[];
    return reinterpret_cast<T*>(weft_shared_memory);
  }
};

template <class Body>
__global__ void run_kernel(const Body body) {
  body(GpuThread());
}

/// A CUDA error as a value; `what` is the call or kernel it came from.
inline Status check(cudaError_t code, const char* what) {
  if (code == cudaSuccess) {
    return {};
  }
  return failed_error(std::string("CUDA: ") + what + ": " + cudaGetErrorString(code) + " (" +
                      cudaGetErrorName(code) + ")");
}

#define WEFT_CUDA(call) WEFT_TRY(::weft::reference::cuda::check((call), #call))

template <class Body>
Status launch(const char* name, cudaStream_t stream, const Grid& grid, const Body& body) {
  if (grid.x <= 0) {
    return {};
  }
  run_kernel<<<dim3(static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y),
                    static_cast<unsigned>(grid.z)),
               static_cast<unsigned>(grid.threads), grid.shared, stream>>>(body);
  return check(cudaGetLastError(), name);
}

}  // namespace weft::reference::cuda

#endif
