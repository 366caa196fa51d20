// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "mapper/decoder.h"
#include "mapper/estimate.h"
#include "mapper/map.h"
#include "mapper/placement.h"

namespace weft::mapper {

/// A placement the mapper may take, and what its choice of columns means.
struct Candidate {
  Placement placement;
  int unused_columns = 0;  ///< of the machine: they would hold no part of a head
  bool in_chains = false;  ///< has such columns: sums along rows go in chains, or trains meet
};

/// A step of the task on a placement, as estimates see it.
EstimatedStep step_of(const Candidate& candidate, const Request& request, int positions);

/// Chunks that follow each other through several regions are handed on while other regions send:
/// trains meet, and no run of it is exact. A prompt of several chunks alone stays in one.
bool stays_together(const arch::Machine& machine, const Request& request);

/// What to try, in this order. The region the user names, as it is, or all of a small machine. Of a
/// large one first what was seen to run without trains that meet, by the estimate of a token: one
/// column of regions, and one region without columns that hold no part of a head. Then one region
/// with those, slower by its chains (of a batch, whose caches leave little room, by its estimate as
/// well); grids of several columns, of which some (2 x 2, 2 x 3) were
/// seen not to run as vectors, come last. Steps of the prompt of a batch follow each other: then
/// one region comes before several.
std::vector<Candidate> candidates(const Decoder& decoder, const arch::Machine& machine,
                                  const Request& request, const weft::Rect& region, int positions);

}  // namespace weft::mapper
