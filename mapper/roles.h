// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "isa/bundle.pb.h"
#include "mapper/handoff.h"
#include "mapper/kernels/emitter.h"
#include "mapper/placement.h"
#include "mapper/reductions.h"

namespace weft::mapper {

/// What the program of the i-th region depends on beside the places of its tiles.
RegionKind kind_of(const Placement& placement, const Handoffs& handoffs, std::size_t region);

/// Adds one role for all tiles that do the same – equal kinds of region, equal places in all
/// collectives – and the names of graph ops and probes. Errors: failed (stopped).
Status write_roles(const Decoder& decoder, const Shape& shape, const Request& request,
                   const Placement& placement, const Handoffs& handoffs,
                   const Reductions& reductions, int instruction_bytes, isa::Bundle& bundle);

}  // namespace weft::mapper
