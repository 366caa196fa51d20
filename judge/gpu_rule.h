// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"

namespace weft::judge {

/// How far values are from the right ones.
struct ErrorSize {
  double largest = 0;
  double rms = 0;  ///< root of the mean square
};

/// Infinite where a value is not finite. Errors: internal (no elements, or sizes that differ).
Result<ErrorSize> error_size(std::span<const double> values, std::span<const double> reference);

/// A result may be this many times as far off as that of a GPU of the same storage and
/// accumulation: its largest error and its mean square (docs/numerics.md).
inline constexpr double gpu_error_factor = 2;

/// Largest admissible error per element under the rule: `gpu_error_factor` times the GPU's largest,
/// but no less than the one rounding to `output` that the right answer itself would need.
std::vector<double> gpu_bounds(const ErrorSize& gpu, DType output,
                               std::span<const double> reference);

}  // namespace weft::judge
