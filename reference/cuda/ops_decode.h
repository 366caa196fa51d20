// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/cuda/ops.h"

/// Operations joined for one step of decode, with the same roundings as one by one.
namespace weft::reference::cuda {

/// y = residual + x * weight^T; one row. `residual` may be y, or null for the product alone.
/// `rows_per_warp`: 1, 2 or 4 outputs.
Status gemv_add(Device& device, Matrix x, const void* weight, const void* residual, Matrix y,
                int rows_per_warp);
/// y = silu(x * gate^T) * (x * up^T); one row. `rows_per_warp`: 1 or 2 of either.
Status gemv_silu_mul(Device& device, Matrix x, const void* gate, const void* up, Matrix y,
                     int rows_per_warp);
/// Rows (q | k | v): q rotated into y, k rotated and v as it is into the cache.
Status rope_append(Device& device, Matrix qkv, const Rotation& rotation, Steps steps,
                   const Cache& cache, Matrix y);
/// *first += 1
Status advance(Device& device, int* first);

}  // namespace weft::reference::cuda
