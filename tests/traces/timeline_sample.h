// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "traces/recording.pb.h"

namespace weft::traces {

/// A recording of `width` x `height` tiles in every detail a page can show: totals that differ from
/// tile to tile and sum to the cycles of the run, links, SRAM, a floorplan of two regions and two
/// roles, a critical path, and a timeline of `slices` in cells of `scale` tiles in which a wave of
/// compute goes from west to east. 60 % of the run are iterations that were added.
Recording timeline_sample(int width, int height, int scale, int slices);

/// What the sample holds, for tests that read it back.
std::int64_t sample_compute(int x, int y);
std::int64_t sample_link_east(int x, int y);
/// Watts of a tile that byte 0 and byte 255 of `power` stand for; its bytes are those of `compute`.
inline constexpr double kSamplePowerIdle = 10e-6;
inline constexpr double kSamplePowerFull = 24e-6;
/// Byte of `compute` in a cell and slice.
int sample_wave(int cell_x, int slice, int cells, int slices);

}  // namespace weft::traces
