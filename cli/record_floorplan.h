// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// What lies where and what runs there: regions, roles and their programs as text, what a tile can
/// do at most. `layers`: of the model; 0: not known.
void record_floorplan(const isa::Bundle& bundle, const arch::Machine& machine, int layers,
                      traces::Floorplan& plan);

/// Multiply-accumulates a cycle of one tile, in the type its products' weights have.
double peak_macs(const isa::Bundle& bundle, const arch::Machine& machine);

}  // namespace weft::cli
