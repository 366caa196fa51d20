// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/rect.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "mapper/placement.h"

namespace weft::mapper {

/// How the residual stream gets from a region to the next. It is split over rows and repeated along
/// columns, so of each row one tile, the source, sends: along its row to the column of the relay,
/// then along that column to the relay in the same row of the next region, which multicasts along
/// the row. Between regions side by side sources are the column nearest to the next region, relays
/// the column nearest to the one before; otherwise both lie on a diagonal, so that no two ways of
/// a color cross, in bands of as many rows as a region is wide, a color each.
struct Handoff {
  int from = 0, to = 0;  ///< regions
  bool diagonal = false;
  bool rising = false;    ///< diagonal from the lower left to the upper right
  int source_column = 0;  ///< side by side: in the region they lie in
  int relay_column = 0;
  int bands = 1;
  std::vector<int> colors;  ///< by band

  /// Column of the source or relay of a row, counted in its region.
  int column(int row, int width, bool relay) const;
};

/// Colors of all hand-offs and of the multicasts along rows behind the relays.
struct Handoffs {
  std::vector<Handoff> ways;  ///< the i-th leads from region i to the one after it
  int row_color = -1;         ///< none: a single region

  int colors = 0;  ///< used, those before the hand-offs' included
};

/// Routers a way may use. Ways whose reaches are apart may have one color.
weft::Rect reach_of(const Placement& placement, const Handoff& way);

/// Ways of all regions, colored with colors from `first_color` on such that ways that may share a
/// router have different ones. Errors: input, when more than `available` are needed.
Result<Handoffs> plan_handoffs(const Placement& placement, int first_color, int available);

std::vector<isa::Route> handoff_routes(const Placement& placement, const Handoffs& handoffs);

/// Tile constants programs find their part by: p0 is 1 + band on sources, p1 on relays.
std::vector<isa::Parameter> handoff_parameters(const Placement& placement,
                                               const Handoffs& handoffs);

}  // namespace weft::mapper
