// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::mapper::collectives {

/// Luczynski et al., Near-Optimal Wafer-Scale Reduce (HPDC'24): no reduction of `words` over a line
/// of `tiles` ends earlier in their model, which has a hop of one cycle and no set-up.
double reduce_lower_bound(int tiles, double words, int ramp = 2);

}  // namespace weft::mapper::collectives
