// SPDX-License-Identifier: Apache-2.0
#include "reference/perplexity.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace weft::reference {

double negative_log_likelihood(std::span<const double> row, int target) {
  assert(target >= 0 && static_cast<std::size_t>(target) < row.size());
  const double largest = *std::ranges::max_element(row);
  double sum = 0;
  for (double logit : row) {
    sum += std::exp(logit - largest);
  }
  return largest + std::log(sum) - row[static_cast<std::size_t>(target)];
}

}  // namespace weft::reference
