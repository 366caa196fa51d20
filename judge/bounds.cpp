// SPDX-License-Identifier: Apache-2.0
#include "judge/bounds.h"

#include <fmt/format.h>

#include <cmath>

namespace weft::judge {
namespace {

bool uses_magnitude(BoundKind kind) {
  return kind == BoundKind::product || kind == BoundKind::rope || kind == BoundKind::attention ||
         kind == BoundKind::silu_mul;
}

Status check_sizes(const BoundSpec& spec, std::size_t elements, std::size_t magnitude,
                   std::size_t score_magnitude) {
  if (spec.columns < 1 || elements % static_cast<std::size_t>(spec.columns) != 0) {
    return internal_error(
        fmt::format("bound: {} elements are no rows of {} columns", elements, spec.columns));
  }
  if (uses_magnitude(spec.kind) && magnitude != elements) {
    return internal_error(fmt::format("bound: {} magnitudes for {} elements", magnitude, elements));
  }
  if (spec.kind == BoundKind::attention && score_magnitude != elements) {
    return internal_error(
        fmt::format("bound: {} score magnitudes for {} elements", score_magnitude, elements));
  }
  return {};
}

/// Error of the arithmetic before the output is rounded, in units of the accumulation's roundoff.
class Arithmetic {
 public:
  Arithmetic(const BoundSpec& spec, std::span<const double> reference,
             std::span<const double> magnitude, std::span<const double> score_magnitude)
      : spec_(spec),
        reference_(reference),
        magnitude_(magnitude),
        score_magnitude_(score_magnitude) {}

  double roundoffs(std::size_t i) const {
    const auto length = static_cast<double>(spec_.length);
    switch (spec_.kind) {
      case BoundKind::exact:
        return 0;
      case BoundKind::product:
        return 4 * length * magnitude_[i];
      case BoundKind::norm:
        return (length + 16) * std::abs(reference_[i]);
      case BoundKind::rope:
        return 4 * magnitude_[i];
      case BoundKind::attention:
        return attention_factor(i) * magnitude_[i];
      case BoundKind::silu_mul:
        return 16 * std::abs(reference_[i]);
      case BoundKind::sum:
        return 2 * std::abs(reference_[i]);
    }
    return 0;
  }

 private:
  double attention_factor(std::size_t i) const {
    const auto row = static_cast<std::int64_t>(i) / spec_.columns;
    const auto keys = static_cast<double>(spec_.first_position + row + 1);
    return 4 * (static_cast<double>(spec_.length) + 7) * score_magnitude_[i] + 24 * keys + 18;
  }

  const BoundSpec& spec_;
  std::span<const double> reference_;
  std::span<const double> magnitude_;
  std::span<const double> score_magnitude_;
};

}  // namespace

double smallest_subnormal(DType type) {
  switch (type) {
    case DType::f32:
      return 0x1p-149;
    case DType::f16:
      return 0x1p-24;
    case DType::bf16:
      return 0x1p-133;
    case DType::i32:
      return 0;
  }
  return 0;
}

Result<std::vector<double>> bound_tensor(const BoundSpec& spec, std::span<const double> reference,
                                         std::span<const double> magnitude,
                                         std::span<const double> score_magnitude) {
  WEFT_TRY(check_sizes(spec, reference.size(), magnitude.size(), score_magnitude.size()));
  std::vector<double> bounds(reference.size(), 0.0);
  if (spec.kind == BoundKind::exact) {
    return bounds;
  }
  const Arithmetic arithmetic(spec, reference, magnitude, score_magnitude);
  const double rounding = unit_roundoff(spec.output);
  const double roundoff = unit_roundoff(spec.accumulate);
  const double subnormal = smallest_subnormal(spec.output) / 2;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    bounds[i] = rounding * std::abs(reference[i]) + roundoff * arithmetic.roundoffs(i) + subnormal;
    if (spec.kind == BoundKind::product && spec.rounded_input) {
      bounds[i] += unit_roundoff(*spec.rounded_input) * magnitude[i];
    }
    if (spec.kind == BoundKind::silu_mul) {
      bounds[i] += 0x1p-120 * magnitude[i];  // exp(-gate) may overflow to a silu of zero
    }
  }
  return bounds;
}

}  // namespace weft::judge
