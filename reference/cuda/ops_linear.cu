// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/dispatch.h"
#include "reference/cuda/elementwise.h"
#include "reference/cuda/launch.h"
#include "reference/cuda/linear.h"
#include "reference/cuda/ops.h"

namespace weft::reference::cuda {
namespace {

cudaStream_t stream_of(const Device& device) { return static_cast<cudaStream_t>(device.stream()); }

template <class T, class Out>
Status own_linear(Device& device, Kernel kernel, Matrix x, Matrix weight, Matrix y) {
  const auto* from = static_cast<const T*>(x.data);
  const auto* matrix = static_cast<const T*>(weight.data);
  auto* to = static_cast<Out*>(y.data);
  if (kernel == Kernel::plain) {
    return launch("linear plain", stream_of(device), over(y.elements()),
                  LinearPlain<T, Out>{from, matrix, to, x.rows, x.width, y.width});
  }
  if (x.rows != 1 || !rows_fit_packs(x.dtype, x.width)) {
    return does_not_fit("gemv of linear");
  }
  constexpr int rows = 2;
  const std::int64_t warps = (y.width + rows - 1) / rows;
  return launch("linear gemv", stream_of(device), Grid{.x = (warps + 7) / 8},
                Gemv<T, Out, rows>{from, matrix, nullptr, to, x.width, y.width});
}

/// Sums in fp16, as an fp16 machine has them; wider logits are widened afterwards.
Status narrow_linear(Device& device, Product product, Matrix y) {
  if (product.in != DType::f16 || y.dtype == DType::bf16) {
    return does_not_fit("cublas of linear with fp16 sums");
  }
  WEFT_ASSIGN(Blas * blas, device.blas());
  product.out = DType::f16;
  product.accumulate = DType::f16;
  if (y.dtype == DType::f16) {
    return blas->multiply(product);
  }
  WEFT_ASSIGN(product.y, device.scratch(3, static_cast<std::size_t>(y.elements()) * 2));
  WEFT_TRY(blas->multiply(product));
  return launch(
      "widen", stream_of(device), over(y.elements()),
      Widen<F16>{static_cast<const F16*>(product.y), static_cast<float*>(y.data), y.elements()});
}

}  // namespace

Status linear(Device& device, Kernel kernel, DType accumulate, Matrix x, Matrix weight, Matrix y) {
  const Product product{.x = x.data,
                        .w = weight.data,
                        .y = y.data,
                        .in = x.dtype,
                        .out = y.dtype,
                        .rows = x.rows,
                        .inputs = x.width,
                        .outputs = y.width,
                        .x_row = x.width,
                        .w_row = x.width,
                        .y_row = y.width};
  if (accumulate == DType::f16) {
    return kernel == Kernel::cublas ? narrow_linear(device, product, y)
                                    : does_not_fit("of linear with fp16 sums");
  }
  if (kernel == Kernel::cublas) {
    WEFT_ASSIGN(Blas * blas, device.blas());
    return blas->multiply(product);
  }
  return with_type(x.dtype, [&](auto type) -> Status {
    using T = decltype(type);
    if (y.dtype == x.dtype) {
      return own_linear<T, T>(device, kernel, x, weight, y);
    }
    return y.dtype == DType::f32 ? own_linear<T, float>(device, kernel, x, weight, y)
                                 : does_not_fit("of linear");
  });
}

}  // namespace weft::reference::cuda
