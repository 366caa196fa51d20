// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"

namespace weft::judge {

/// What kind of operation a bound is for; docs/numerics.md derives each.
enum class BoundKind {
  exact,      ///< embedding, arg-max: equal, bit for bit
  product,    ///< x * weight^T
  norm,       ///< RMS norm
  rope,       ///< rotary embedding, tables rounded to fp32
  attention,  ///< causal softmax attention, all steps in fp32
  silu_mul,   ///< silu(gate) * up
  sum,        ///< a + b
};

/// The figures a bound depends on. `columns` is the row length of the output.
struct BoundSpec {
  BoundKind kind = BoundKind::exact;
  DType output = DType::f16;  ///< stored type of the output, rounded once
  std::int64_t columns = 1;
  std::int64_t length = 0;          ///< product: K; norm: width; attention: head_dim; else unused
  std::int64_t first_position = 0;  ///< attention: row r sees first_position + r + 1 keys
  DType accumulate = DType::f32;    ///< type of sums and intermediate values
  /// Product: an input the reference has unrounded and the machine rounded to this type, as where a
  /// norm's divisor rides with the product.
  std::optional<DType> rounded_input = std::nullopt;
};

/// Largest admissible |simulated - reference| per element of the output. `magnitude` and
/// `score_magnitude` are what the reference reports beside the value; both may be empty where the
/// kind does not use them (magnitude: product, rope, attention, silu_mul; score_magnitude:
/// attention). Errors: internal (sizes that do not match).
Result<std::vector<double>> bound_tensor(const BoundSpec& spec, std::span<const double> reference,
                                         std::span<const double> magnitude = {},
                                         std::span<const double> score_magnitude = {});

/// Smallest positive (subnormal) number of a type; 0 for i32.
double smallest_subnormal(DType type);

}  // namespace weft::judge
