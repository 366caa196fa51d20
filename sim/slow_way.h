// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "sim/simulate.h"

namespace weft::sim {

/// What goes on where tiles do not move as vectors, all of it of many tiles at once.
enum class SlowWay : std::uint8_t { stretch_by_stretch, train_model };

/// On regions of more than 50,000 tiles: whether that fits Options::host_bytes, roughly. Errors:
/// failed, with what it takes, `why` vectors were not taken, and what would help.
Status check_slow_way(SlowWay way, const isa::Bundle& bundle, const Options& options,
                      const std::string& why);

}  // namespace weft::sim
