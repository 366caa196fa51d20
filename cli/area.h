// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"

namespace weft::cli {

/// A proxy for the silicon of all tiles of a machine, in mm2 of a 7 nm process; to rank machines
/// by, not to price them. From one published tile, that of the WSE-2: 38,000 um2, half of it 48 KiB
/// of SRAM (Hot Chips 34). How the other half divides is assumed: a quarter each for MACs of 16
/// bits (an fp32 one counts as four), lanes, router (half with words a cycle, half with places
/// times colors) and control, which does not grow.
double area_proxy(const arch::Machine& machine);

}  // namespace weft::cli
