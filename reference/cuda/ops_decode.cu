// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/dispatch.h"
#include "reference/cuda/elementwise.h"
#include "reference/cuda/launch.h"
#include "reference/cuda/linear.h"
#include "reference/cuda/ops_decode.h"
#include "reference/cuda/rope.h"

namespace weft::reference::cuda {
namespace {

constexpr int kWarpsPerBlock = 8;

cudaStream_t stream_of(const Device& device) { return static_cast<cudaStream_t>(device.stream()); }

Grid warps_over(std::int64_t outputs, int rows_per_warp) {
  const int each = rows_per_warp * kWarpsPerBlock;
  return {.x = (outputs + each - 1) / each, .threads = kWarpsPerBlock * kWarp};
}

template <class T, class Out>
Status gemv_with(Device& device, Matrix x, const void* weight, const void* residual, Matrix y,
                 int rows_per_warp) {
  const auto run = [&](auto rows) {
    constexpr int count = decltype(rows)::value;
    return launch("gemv", stream_of(device), warps_over(y.width, count),
                  Gemv<T, Out, count>{static_cast<const T*>(x.data), static_cast<const T*>(weight),
                                      static_cast<const Out*>(residual), static_cast<Out*>(y.data),
                                      x.width, y.width});
  };
  switch (rows_per_warp) {
    case 1:
      return run(std::integral_constant<int, 1>());
    case 2:
      return run(std::integral_constant<int, 2>());
    case 4:
      return run(std::integral_constant<int, 4>());
    default:
      return does_not_fit("gemv");
  }
}

}  // namespace

Status gemv_add(Device& device, Matrix x, const void* weight, const void* residual, Matrix y,
                int rows_per_warp) {
  if (x.rows != 1 || !rows_fit_packs(x.dtype, x.width)) {
    return does_not_fit("gemv");
  }
  return with_type(x.dtype, [&](auto type) -> Status {
    using T = decltype(type);
    return y.dtype == x.dtype ? gemv_with<T, T>(device, x, weight, residual, y, rows_per_warp)
                              : gemv_with<T, float>(device, x, weight, residual, y, rows_per_warp);
  });
}

Status gemv_silu_mul(Device& device, Matrix x, const void* gate, const void* up, Matrix y,
                     int rows_per_warp) {
  if (x.rows != 1 || !rows_fit_packs(x.dtype, x.width)) {
    return does_not_fit("gemv");
  }
  return with_type(x.dtype, [&](auto type) {
    using T = decltype(type);
    const auto run = [&](auto rows) {
      constexpr int count = decltype(rows)::value;
      return launch("gemv silu", stream_of(device), warps_over(y.width, count),
                    GemvSiluMul<T, count>{static_cast<const T*>(x.data),
                                          static_cast<const T*>(gate), static_cast<const T*>(up),
                                          static_cast<T*>(y.data), x.width, y.width});
    };
    return rows_per_warp == 1 ? run(std::integral_constant<int, 1>())
                              : run(std::integral_constant<int, 2>());
  });
}

Status rope_append(Device& device, Matrix qkv, const Rotation& rotation, Steps steps,
                   const Cache& cache, Matrix y) {
  return with_type(qkv.dtype, [&](auto type) {
    using T = decltype(type);
    return launch("rope append", stream_of(device), over(qkv.elements() / 2),
                  RopeAppend<T>{static_cast<const T*>(qkv.data),
                                static_cast<T*>(y.data),
                                static_cast<T*>(cache.keys),
                                static_cast<T*>(cache.values),
                                {rotation.cosines, rotation.sines},
                                cache.shape,
                                steps,
                                qkv.rows,
                                rotation.heads});
  });
}

Status advance(Device& device, int* first) {
  return launch("advance", stream_of(device), Grid{.x = 1, .threads = kWarp}, Advance{first});
}

}  // namespace weft::reference::cuda
