// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "mapper/decoder.h"
#include "mapper/map.h"
#include "mapper/placement.h"

namespace weft::mapper {

/// A placement the mapper may take, and what its choice of columns means.
struct Candidate {
  Placement placement;
  int unused_columns = 0;  ///< of the region asked for: they would hold no part of a head
  bool in_chains = false;  ///< has such columns: sums along rows go in chains, or trains meet
};

/// Chunks that follow each other through several regions are handed on while other regions send:
/// trains meet, and no run of it is exact. A prompt of several chunks alone stays in one.
bool stays_together(const arch::Machine& machine, const Request& request);

/// What to try, in this order. One region where the user
/// names one or the machine is small; else also grids of regions. First those in which no trains
/// meet, by the estimate of a token: one column of regions, and one region without columns that
/// hold no part of a head. Then one region with those, slower by its chains; grids of several
/// columns, whose trains meet, come last.
std::vector<Candidate> candidates(const Decoder& decoder, const arch::Machine& machine,
                                  const Request& request, const weft::Rect& region, int positions);

}  // namespace weft::mapper
