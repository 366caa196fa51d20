// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.pb.h"

namespace weft::bench {

/// The inner loop of a Cannon product on `side` x `side` tiles (a multiple of 4): in every step
/// each tile passes 72 words on along its row and 72 along its column, receives as many, computes
/// 432 cycles and waits for all four. Rings are interleaved, so that no word travels more than two
/// hops and every link carries one color. Ten instructions a step.
isa::Bundle shift_loop(int side, int steps);

inline constexpr int kShiftLoopInstructions = 10;  ///< of one step on one tile

}  // namespace weft::bench
