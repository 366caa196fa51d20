// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/dtype.h"
#include "base/result.h"

namespace weft::reference::cuda {

/// y (rows, outputs) = x (rows, inputs) * w, all row-major with their row lengths; w is
/// (outputs, inputs) where `transposed`, else (inputs, outputs). `batch` products whose operands
/// lie
/// `*_stride` elements apart.
struct Product {
  const void* x = nullptr;
  const void* w = nullptr;
  void* y = nullptr;
  DType in = DType::f16;
  DType out = DType::f16;
  DType accumulate = DType::f32;  ///< f16 only with f16 in and out
  bool transposed = true;
  std::int64_t rows = 0;
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::int64_t x_row = 0;
  std::int64_t w_row = 0;
  std::int64_t y_row = 0;
  int batch = 1;
  std::int64_t x_stride = 0;
  std::int64_t w_stride = 0;
  std::int64_t y_stride = 0;
};

/// cuBLAS, opened when it is first needed, so that a program runs where there is none. Sums are as
/// wide as asked for: no TF32, no reductions in a narrower type.
class Blas {
 public:
  /// `stream`: a cudaStream_t. Errors: failed (no library, none that fits).
  static Result<std::unique_ptr<Blas>> open(void* stream);
  ~Blas();

  Status multiply(const Product& product);
  const std::string& version() const { return version_; }

 private:
  struct Library;
  Blas() = default;
  std::unique_ptr<Library> library_;
  std::string version_;
};

}  // namespace weft::reference::cuda
