// SPDX-License-Identifier: Apache-2.0
#include "judge/end_to_end.h"

#include <fmt/format.h>

#include <cmath>

namespace weft::judge {

Result<TokenVerdict> check_tokens(std::span<const int> simulated, std::span<const int> expected,
                                  std::span<const double> margins, double logit_error) {
  if (simulated.size() != expected.size() || simulated.size() != margins.size()) {
    return internal_error(fmt::format("tokens: {} simulated, {} expected, {} margins",
                                      simulated.size(), expected.size(), margins.size()));
  }
  TokenVerdict verdict;
  verdict.positions = static_cast<std::int64_t>(simulated.size());
  for (std::size_t i = 0; i < simulated.size(); ++i) {
    if (simulated[i] == expected[i]) {
      continue;
    }
    if (margins[i] < logit_error) {
      ++verdict.forced;
    } else if (!verdict.first_bad) {
      verdict.first_bad = static_cast<std::int64_t>(i);
    }
  }
  return verdict;
}

bool perplexity_agrees(double simulated, double reference) {
  return std::abs(simulated / reference - 1) <= perplexity_tolerance;
}

}  // namespace weft::judge
