// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"

namespace weft::judge {

/// The rules a whole run is held to beside the bounds of its ops (docs/numerics.md).
inline constexpr double lowest_layer_cosine = 0.9999;  ///< 16-bit storage
inline constexpr double perplexity_tolerance = 0.001;  ///< relative

/// Verdict on greedy tokens, position by position with the expected prefix.
struct TokenVerdict {
  std::int64_t positions = 0;
  std::int64_t forced = 0;                ///< differ, excused by their margin: teacher-forced
  std::optional<std::int64_t> first_bad;  ///< differs and is not excused

  bool pass() const { return !first_bad; }
};

/// `margins[i]`: how far the reference's first choice leads its second at position i;
/// `logit_error`: the largest |simulated - reference| logit measured in the run. A token may differ
/// only where the margin is below that error. Errors: internal (sizes that do not match).
Result<TokenVerdict> check_tokens(std::span<const int> simulated, std::span<const int> expected,
                                  std::span<const double> margins, double logit_error);

/// Within `perplexity_tolerance` of the reference; never true of NaN.
bool perplexity_agrees(double simulated, double reference);

}  // namespace weft::judge
