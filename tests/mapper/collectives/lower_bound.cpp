// SPDX-License-Identifier: Apache-2.0
#include "lower_bound.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace weft::mapper::collectives {

// E(p, d) = min over i of E(i, d) + E(p - i, d - 1) + i: the hops a word of everyone takes at least
// if no path has more than d stations. The bound: min over d of B E(P, d) / (P-1) + P-1 + d(2r+1).
double reduce_lower_bound(int tiles, double words, int ramp) {
  if (tiles == 1) {
    return 0;
  }
  const auto count = static_cast<std::size_t>(tiles) + 1;
  constexpr double kNever = 1e300;
  std::vector<double> shallower(count, kNever);
  shallower[1] = 0;
  double bound = std::numeric_limits<double>::max();
  for (int depth = 1; depth < tiles; ++depth) {
    std::vector<double> hops(count, kNever);
    hops[1] = 0;
    for (std::size_t p = 2; p < count; ++p) {
      for (std::size_t i = 1; i < p; ++i) {
        hops[p] = std::min(hops[p], hops[i] + shallower[p - i] + static_cast<double>(i));
      }
    }
    bound = std::min(bound,
                     words * hops[count - 1] / (tiles - 1) + tiles - 1 + depth * (2.0 * ramp + 1));
    // More stations save no hops that pay for them.
    if (hops == shallower) {
      break;
    }
    shallower = std::move(hops);
  }
  return bound;
}

}  // namespace weft::mapper::collectives
