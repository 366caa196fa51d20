// SPDX-License-Identifier: Apache-2.0
#include "lower_bound.h"

#include <algorithm>
#include <limits>

namespace weft::mapper::collectives {

// E(p, d) = min over i of E(i, d) + E(p - i, d - 1) + i: the hops a word of everyone takes at least
// if no path has more than d stations.
ReduceBound::ReduceBound(int tiles) : tiles_(tiles) {
  const auto count = static_cast<std::size_t>(tiles) + 1;
  constexpr double kNever = 1e300;
  std::vector<double> shallower(count, kNever);
  shallower[1] = 0;
  for (int depth = 1; depth < tiles; ++depth) {
    std::vector<double> hops(count, kNever);
    hops[1] = 0;
    for (std::size_t p = 2; p < count; ++p) {
      double least = kNever;
      for (std::size_t i = 1; i < p; ++i) {
        least = std::min(least, hops[i] + shallower[p - i] + static_cast<double>(i));
      }
      hops[p] = least;
    }
    hops_.push_back(hops.back());
    shallower = std::move(hops);
  }
}

// min over d of B E(P, d) / (P-1) + P-1 + d (2r+1).
double ReduceBound::cycles(double words, int ramp) const {
  double bound = hops_.empty() ? 0 : std::numeric_limits<double>::max();
  for (std::size_t d = 0; d < hops_.size(); ++d) {
    bound = std::min(bound, words * hops_[d] / (tiles_ - 1) + tiles_ - 1 +
                                static_cast<double>(d + 1) * (2.0 * ramp + 1));
  }
  return bound;
}

}  // namespace weft::mapper::collectives
