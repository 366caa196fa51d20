// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "mapper/routes/problem.h"

namespace weft::mapper::routes {

/// Along the row of the source first, then along columns; looks at nothing in the way.
Tree xy_tree(Tile source, const std::vector<Tile>& sinks);

/// Routes and colors for all flows. Each goes by its XY tree; where that crosses something blocked,
/// a shared link or a router with too many flows, ways are negotiated (PathFinder): torn up, and
/// found anew as shortest paths whose links cost more the more flows want them now and wanted them
/// before, until nobody shares what may not be shared and all flows have colors. The same problem
/// has the same solution on every host. Errors: input: what check() says; the flows that found no
/// way of their own after `most_rounds`, and where; the flows that found no color.
Result<Solution> route_flows(const Problem& problem, int most_rounds = 60);

}  // namespace weft::mapper::routes
