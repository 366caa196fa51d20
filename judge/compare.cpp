// SPDX-License-Identifier: Apache-2.0
#include "judge/compare.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace weft::judge {
namespace {

double ratio_of(double simulated, double reference, double bound) {
  if (!std::isfinite(simulated) || !std::isfinite(reference) || !(bound >= 0)) {
    return std::numeric_limits<double>::infinity();
  }
  const double difference = std::abs(simulated - reference);
  return difference == 0 ? 0 : difference / bound;  // a bound of zero gives infinity
}

}  // namespace

std::string describe(const Finding& finding) {
  return fmt::format(
      "{} row {} column {}: simulated {:.7g}, reference {:.7g}, bound {:.2g}, {:.3g} "
      "times the bound",
      finding.op, finding.row, finding.column, finding.simulated, finding.reference, finding.bound,
      finding.ratio);
}

double cosine(std::span<const float> simulated, std::span<const double> reference) {
  double product = 0;
  double left = 0;
  double right = 0;
  for (std::size_t i = 0; i < simulated.size(); ++i) {
    const double value = simulated[i];
    product += value * reference[i];
    left += value * value;
    right += reference[i] * reference[i];
  }
  if (left == 0 && right == 0) {
    return 1;
  }
  const double result = product / (std::sqrt(left) * std::sqrt(right));
  return std::isfinite(result) ? result : 0;
}

Result<Comparison> compare(const std::string& op, std::int64_t columns,
                           std::span<const float> simulated, std::span<const double> reference,
                           std::span<const double> bounds) {
  const std::size_t size = simulated.size();
  if (size == 0 || size != reference.size() || size != bounds.size() || columns < 1 ||
      size % static_cast<std::size_t>(columns) != 0) {
    return internal_error(
        fmt::format("compare {}: {} simulated, {} reference, {} bounds in rows of {}", op, size,
                    reference.size(), bounds.size(), columns));
  }
  Comparison result;
  result.elements = static_cast<std::int64_t>(size);
  result.worst.ratio = -1;
  for (std::size_t i = 0; i < size; ++i) {
    const double ratio = ratio_of(simulated[i], reference[i], bounds[i]);
    const bool bad = !(ratio <= 1);
    if (!bad && ratio <= result.worst.ratio) {
      continue;
    }
    const auto index = static_cast<std::int64_t>(i);
    const Finding finding{
        op, index / columns, index % columns, simulated[i], reference[i], bounds[i], ratio};
    if (ratio > result.worst.ratio) {
      result.worst = finding;
    }
    if (bad) {
      ++result.bad;
      if (!result.first_bad) {
        result.first_bad = finding;
      }
    }
  }
  result.cosine = cosine(simulated, reference);
  const auto width = static_cast<std::size_t>(columns);
  for (std::size_t row = 0; row < size / width; ++row) {
    const double value =
        cosine(simulated.subspan(row * width, width), reference.subspan(row * width, width));
    if (row == 0 || value < result.lowest_row_cosine) {
      result.lowest_row_cosine = value;
      result.lowest_cosine_row = static_cast<std::int64_t>(row);
    }
  }
  return result;
}

}  // namespace weft::judge
