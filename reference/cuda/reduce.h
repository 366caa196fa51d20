// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "reference/cuda/kernel.h"

namespace weft::reference::cuda {

inline constexpr float kLowest = -3.402823466e38F;

template <class Thread>
WEFT_KERNEL float warp_sum(const Thread& t, float value) {
  for (int mask = kWarp / 2; mask > 0; mask /= 2) {
    value += t.lane_xor(value, mask);
  }
  return value;
}

template <class Thread>
WEFT_KERNEL float warp_max(const Thread& t, float value) {
  for (int mask = kWarp / 2; mask > 0; mask /= 2) {
    value = fmaxf(value, t.lane_xor(value, mask));
  }
  return value;
}

/// Sum over the block, in every thread. `scratch` is kWarp floats of shared memory; all that was
/// written to shared memory before is visible after.
template <class Thread>
WEFT_KERNEL float block_sum(const Thread& t, float value, float* scratch) {
  value = warp_sum(t, value);
  if (t.lane() == 0) {
    scratch[t.warp()] = value;
  }
  t.sync();
  value = warp_sum(t, t.lane() < t.warps() ? scratch[t.lane()] : 0.0F);
  t.sync();
  return value;
}

template <class Thread>
WEFT_KERNEL float block_max(const Thread& t, float value, float* scratch) {
  value = warp_max(t, value);
  if (t.lane() == 0) {
    scratch[t.warp()] = value;
  }
  t.sync();
  value = warp_max(t, t.lane() < t.warps() ? scratch[t.lane()] : kLowest);
  t.sync();
  return value;
}

}  // namespace weft::reference::cuda
