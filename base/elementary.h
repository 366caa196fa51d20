// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft {

/// The machine's elementary functions: own code, the same bits on every host and compiler.
/// Relative error at most 1 ulp of fp32 (measured in tests/base/elementary_test.cpp).
float exp_f32(float x);
float rsqrt_f32(float x);  ///< 1 / sqrt(x), from IEEE operations in double
float silu_f32(float x);   ///< x / (1 + exp(-x))

}  // namespace weft
