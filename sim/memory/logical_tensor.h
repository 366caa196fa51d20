// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/half.h"
#include "base/result.h"
#include "sim/simulate.h"

namespace weft::sim {

/// A logical tensor as a matrix, wherever it comes from.
struct LogicalTensor {
  std::int64_t rows = 1, columns = 1;
  DType dtype = DType::f32;
  const std::byte* data = nullptr;

  float at(std::int64_t row, std::int64_t column) const {
    return load_element(data, dtype, row * columns + column);
  }
};

/// Errors: input (nothing supplies it).
Result<LogicalTensor> find_tensor(const std::string& name, const TensorSource& tensors);

}  // namespace weft::sim
