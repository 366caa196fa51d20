// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/arch.pb.h"
#include "sim/energy/energy.h"
#include "sim/timeline/run_timeline.h"

namespace weft::sim {

/// What the tiles of each cell took over time; nothing where the account is unknown or all is free.
///
/// Exact: each cell takes what the account says its tiles do, idle draw the same in every cycle.
/// Slices count as often as the run passed them, those added too. Assumed: when the rest was spent.
/// Energy of a kind is spread over what goes on while it is spent, as the timeline shows it:
/// products and special functions over cycles of compute, lanes and SRAM over those and cycles that
/// move words, instructions over set-up, ramps and hops over what the links of the cell carry.
/// Where there is nothing of the kind, over all three bins; where there is nothing at all, evenly.
/// The most of a tile is what one would take that does most of each at the cell's energy a cycle.
std::optional<PowerSeries> power_over_time(const EnergyAccount& account,
                                           const arch::Machine& machine,
                                           const RunTimeline& timeline, int region_width);

}  // namespace weft::sim
