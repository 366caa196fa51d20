// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "traces/recording.pb.h"

namespace weft::traces {

/// A recording with a window of two tiles, (2,1) and (3,1), cycles 100 to 199: the first computes
/// 40 cycles in op "mix" of layer 1, sends in [140, 160) to the second, and is idle; the second
/// waits until 150, receives until 170, and is idle.
Recording window_sample();

}  // namespace weft::traces
