// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/dtype.h"
#include "base/result.h"
#include "reference/cuda/element.h"

namespace weft::reference::cuda {

/// `function(T())` with the element type of `dtype`.
template <class Function>
Status with_type(DType dtype, const Function& function) {
  switch (dtype) {
    case DType::f32:
      return function(float());
    case DType::f16:
      return function(F16());
    case DType::bf16:
      return function(BF16());
    default:
      return input_error("CUDA reference: no kernels for elements of this type");
  }
}

inline Error does_not_fit(const char* kernel) {
  return input_error(std::string("CUDA reference: kernel ") + kernel +
                     " does not fit these shapes or types");
}

}  // namespace weft::reference::cuda
