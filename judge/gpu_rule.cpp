// SPDX-License-Identifier: Apache-2.0
#include "judge/gpu_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "judge/bounds.h"

namespace weft::judge {

Result<ErrorSize> error_size(std::span<const double> values, std::span<const double> reference) {
  if (values.empty() || values.size() != reference.size()) {
    return internal_error(fmt::format("error_size: {} values against {} reference values",
                                      values.size(), reference.size()));
  }
  ErrorSize size;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double error = std::fabs(values[i] - reference[i]);
    if (!std::isfinite(error)) {
      constexpr double kInfinite = std::numeric_limits<double>::infinity();
      return ErrorSize{kInfinite, kInfinite};
    }
    size.largest = std::max(size.largest, error);
    squares += error * error;
  }
  size.rms = std::sqrt(squares / static_cast<double>(values.size()));
  return size;
}

std::vector<double> gpu_bounds(const ErrorSize& gpu, DType output,
                               std::span<const double> reference) {
  const double rounding = unit_roundoff(output);
  const double smallest = smallest_subnormal(output) / 2;
  std::vector<double> bounds;
  bounds.reserve(reference.size());
  for (const double right : reference) {
    bounds.push_back(
        std::max(gpu_error_factor * gpu.largest, rounding * std::fabs(right) + smallest));
  }
  return bounds;
}

}  // namespace weft::judge
