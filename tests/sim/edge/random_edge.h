// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "random_machine.h"
#include "sim/simulate.h"

namespace weft::sim {

/// Gives a drawn machine an edge, and reads and writes of it, synchronous or not, to the programs
/// of tiles that have a channel. Addresses a tile writes are its own.
void add_edge(Dice& dice, ProgramSpec& spec);

/// Numbers everywhere add_edge writes; all of it is shown at the end, as `edge`.
TensorSource fill_edge(isa::Bundle& bundle);

}  // namespace weft::sim
