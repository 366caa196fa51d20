// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/argmax.h"
#include "reference/cuda/dispatch.h"
#include "reference/cuda/draw.h"
#include "reference/cuda/elementwise.h"
#include "reference/cuda/launch.h"
#include "reference/cuda/ops.h"
#include "reference/cuda/rms_norm.h"
#include "reference/cuda/rope.h"

namespace weft::reference::cuda {
namespace {

cudaStream_t stream_of(const Device& device) { return static_cast<cudaStream_t>(device.stream()); }

template <class Function>
Status elementwise(const char* name, Device& device, Matrix a, Matrix b, Matrix y) {
  return with_type(y.dtype, [&](auto type) {
    using T = decltype(type);
    const std::int64_t packs = (y.elements() + Pack<T>::size - 1) / Pack<T>::size;
    return launch(
        name, stream_of(device), over(packs),
        Elementwise<T, Function>{static_cast<const T*>(a.data), static_cast<const T*>(b.data),
                                 static_cast<T*>(y.data), y.elements(), Function()});
  });
}

}  // namespace

bool rows_fit_packs(DType dtype, std::int64_t width) { return width * bytes_of(dtype) % 16 == 0; }

Status embed(Device& device, const int* tokens, Matrix table, Matrix y) {
  return with_type(y.dtype, [&](auto type) {
    using T = decltype(type);
    return launch("embed", stream_of(device), over(y.elements()),
                  Embed<T>{tokens, static_cast<const T*>(table.data), static_cast<T*>(y.data),
                           y.rows, y.width});
  });
}

Status rms_norm(Device& device, Kernel kernel, Matrix x, const void* gain, double epsilon,
                Matrix y) {
  return with_type(y.dtype, [&](auto type) -> Status {
    using T = decltype(type);
    const auto* from = static_cast<const T*>(x.data);
    const auto* gains = static_cast<const T*>(gain);
    auto* to = static_cast<T*>(y.data);
    const auto small = static_cast<float>(epsilon);
    if (kernel == Kernel::plain) {
      return launch("rms_norm plain", stream_of(device), over(x.rows),
                    RmsNormPlain<T>{from, gains, to, x.rows, x.width, small});
    }
    if (kernel != Kernel::block || !rows_fit_packs(x.dtype, x.width)) {
      return does_not_fit("of rms_norm");
    }
    return launch("rms_norm block", stream_of(device),
                  Grid{.x = x.rows, .threads = 256, .shared = kWarp * sizeof(float)},
                  RmsNormBlock<T>{from, gains, to, x.width, small});
  });
}

Status rope(Device& device, Matrix x, const Rotation& rotation, Steps steps, Matrix y) {
  return with_type(y.dtype, [&](auto type) {
    using T = decltype(type);
    return launch("rope", stream_of(device), over(x.elements() / 2),
                  Rope<T>{static_cast<const T*>(x.data),
                          static_cast<T*>(y.data),
                          {rotation.cosines, rotation.sines},
                          steps,
                          x.rows,
                          rotation.heads,
                          rotation.head_dim});
  });
}

Status append(Device& device, Matrix k, Matrix v, Steps steps, const Cache& cache) {
  return with_type(cache.dtype, [&](auto type) -> Status {
    using T = decltype(type);
    WEFT_TRY(launch("append keys", stream_of(device), over(k.elements()),
                    Append<T>{static_cast<const T*>(k.data), static_cast<T*>(cache.keys),
                              cache.shape, steps, k.rows}));
    return launch("append values", stream_of(device), over(v.elements()),
                  Append<T>{static_cast<const T*>(v.data), static_cast<T*>(cache.values),
                            cache.shape, steps, v.rows});
  });
}

Status silu_mul(Device& device, Matrix gate, Matrix up, Matrix y) {
  return elementwise<SiluMulFunction>("silu_mul", device, gate, up, y);
}

Status add(Device& device, Matrix a, Matrix b, Matrix y) {
  return elementwise<AddFunction>("add", device, a, b, y);
}

Status argmax(Device& device, Kernel kernel, Matrix logits, int* y) {
  if (logits.dtype != DType::f32) {
    return does_not_fit("of argmax");
  }
  const auto* from = static_cast<const float*>(logits.data);
  if (kernel == Kernel::plain) {
    return launch("argmax plain", stream_of(device), over(logits.rows),
                  ArgmaxPlain{from, y, logits.rows, logits.width});
  }
  constexpr int threads = 1024;
  return launch(
      "argmax block", stream_of(device),
      Grid{.x = logits.rows, .threads = threads, .shared = threads * (sizeof(float) + sizeof(int))},
      ArgmaxBlock{from, y, logits.width});
}

Status draw(Device& device, Matrix y, float center, float spread, std::uint64_t seed,
            std::uint64_t stream) {
  return with_type(y.dtype, [&](auto type) {
    using T = decltype(type);
    Grid grid = over(y.elements());
    grid.x = grid.x < 65536 ? grid.x : 65536;
    return launch("draw", stream_of(device), grid,
                  Draw<T>{static_cast<T*>(y.data), y.elements(), {center, spread}, seed, stream});
  });
}

}  // namespace weft::reference::cuda
