// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"
#include "base/result.h"
#include "mapper/map.h"
#include "mapper/mapping_file.h"
#include "models/graph.pb.h"

namespace weft::mapper {

/// `request` with what a file says about everything but regions. Errors: input, a line for each
/// thing this mapper cannot do, with its place.
Result<Request> request_from(const MappingFile& said, const models::Graph& graph,
                             const arch::Machine& machine, const Request& request);

/// Whether regions are left open in part, so that what is missing must be decided first.
bool leaves_regions_open(const Mapping& said);

/// The placement a file says, what it leaves out as in `decided`. Regions with names of decided
/// ones are those; without such names they are matched by their order, and are all there are.
Result<Placement> placement_from(const MappingFile& said, const Placement& decided,
                                 const Decoder& decoder, const arch::Machine& machine);

/// Errors: input: a route crosses tiles that a file says are blocked.
Status check_blocked(const MappingFile& said, const isa::Bundle& bundle);

}  // namespace weft::mapper
