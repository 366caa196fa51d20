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
/// columns, so of each row one tile, the source, sends: along its row to a lane, along that column
/// to its row in the next region, and on in the same direction to the relay there, which multicasts
/// along the row. Sources are one column, relays another; each row has a lane of its own between
/// them, so that all ways are equally long, and rows that began together arrive together: what
/// comes after keeps its trains apart only then. Lanes go back as rows go on, or the other way
/// round when the next region lies above, so that no two ways cross; where a region has more rows
/// than columns, bands of rows have a color each. Where one band has too few lanes and there is
/// room on both sides of the relay, the lower rows come from the other side: bands that shared
/// lanes would follow each other so closely that their trains meet. Between regions side by side
/// the ways are straight.
struct Handoff {
  int from = 0, to = 0;  ///< regions
  bool straight = false;
  bool west = false;        ///< the way along rows
  bool north = false;       ///< the way along lanes
  bool two_sided = false;   ///< rows from `lanes` on: mirrored at the relay's column
  int source_column = 0;    ///< of the machine
  int relay_column = 0;     ///< of the machine
  int lanes = 1;            ///< rows of a band, but for the last
  std::vector<int> colors;  ///< by band

  int band(int row) const { return straight || two_sided ? 0 : row / lanes; }
  bool mirrored(int row) const { return two_sided && row >= lanes; }
  int source(int row) const {
    return mirrored(row) ? 2 * relay_column - source_column : source_column;
  }
  /// Column of the lane of a row, of the machine; `rows` of the regions.
  int lane(int row, int rows) const;
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
/// router have different ones. `root`: column of a region that relays are in, from its corner.
/// Errors: input, when more than `available` are needed.
Result<Handoffs> plan_handoffs(const Placement& placement, int root, int first_color,
                               int available);

std::vector<isa::Route> handoff_routes(const Placement& placement, const Handoffs& handoffs);

/// Tile constants programs find their part by: p0 is 1 + band on sources, p1 on relays.
std::vector<isa::Parameter> handoff_parameters(const Placement& placement,
                                               const Handoffs& handoffs);

}  // namespace weft::mapper
