// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"

namespace weft::cli {

/// A proxy for the silicon of all tiles of a machine, in mm2 of a 7 nm process; to rank machines
/// by, not to price them. From one published tile, that of the WSE-2: 38,000 um2, half of it 48 KiB
/// of SRAM (Hot Chips 34). How the other half divides is assumed: MACs of 16 bits, lanes, router
/// and control take a quarter each, growing with MACs (an fp32 one counts as four), lanes, link
/// words a cycle times places, and not at all.
double area_proxy(const arch::Machine& machine);

}  // namespace weft::cli
