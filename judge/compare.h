// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace weft::judge {

/// One element of one op's output against its bound.
struct Finding {
  std::string op;
  std::int64_t row = 0;
  std::int64_t column = 0;
  double simulated = 0;
  double reference = 0;
  double bound = 0;
  double ratio = 0;  ///< |simulated - reference| / bound; infinite where nothing finite can be said
};

/// "layers.0.q row 3 column 17: simulated 1.5, reference 1.25, bound 0.0006, 410 times the bound".
std::string describe(const Finding& finding);

/// Verdict on one tensor. It passes only if every element is inside its bound; the cosines inform.
struct Comparison {
  std::int64_t elements = 0;
  std::int64_t bad = 0;              ///< elements out of bound
  std::optional<Finding> first_bad;  ///< in row-major order
  Finding worst;                     ///< the largest ratio, whether out of bound or not
  double cosine = 1;                 ///< of the whole tensor
  double lowest_row_cosine = 1;
  std::int64_t lowest_cosine_row = 0;

  bool pass() const { return bad == 0; }
};

/// Compares element by element. A simulated or reference value that is NaN or infinite fails
/// whatever the bound. Errors: internal (no elements, or sizes that do not match).
Result<Comparison> compare(const std::string& op, std::int64_t columns,
                           std::span<const float> simulated, std::span<const double> reference,
                           std::span<const double> bounds);

/// Cosine of the angle between two vectors; 1 if both are zero, 0 if one is or a value is not
/// finite.
double cosine(std::span<const float> simulated, std::span<const double> reference);

}  // namespace weft::judge
