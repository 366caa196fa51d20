// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace weft::mapper::collectives {

/// Luczynski et al., Near-Optimal Wafer-Scale Reduce (HPDC'24): no reduction over a line of `tiles`
/// ends earlier in their model, which has a hop of one cycle and no set-up.
class ReduceBound {
 public:
  explicit ReduceBound(int tiles);
  double cycles(double words, int ramp = 2) const;

 private:
  int tiles_;
  std::vector<double> hops_;  ///< by depth, of a word of everyone
};

}  // namespace weft::mapper::collectives
