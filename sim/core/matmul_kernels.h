// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weft::sim {

/// Dense fp32 operands: A [rows, depth], B [depth, columns] -> C [rows, columns].
struct MatmulOperands {
  const float* a;
  const float* b;
  float* c;
  std::int64_t rows, depth, columns;
};

/// The loops of a product that cost time, in one instruction set. Per element one fma chain over
/// ascending k; fma rounds once by definition, so all sets give the same bits, whatever their
/// blocking over rows and columns.
struct MatmulKernels {
  const char* name;
  void (*multiply)(const MatmulOperands&);
  void (*decode_f16)(const std::byte* from, float* to, std::int64_t count);
  void (*encode_f16)(const float* from, std::byte* to, std::int64_t count);
};

/// Those this processor can run, the best first; the last runs everywhere.
const std::vector<MatmulKernels>& all_matmul_kernels();
inline const MatmulKernels& best_matmul_kernels() { return all_matmul_kernels().front(); }

#if defined(__x86_64__)
extern const MatmulKernels kAvx2MatmulKernels;
extern const MatmulKernels kAvx512MatmulKernels;
#endif

}  // namespace weft::sim
