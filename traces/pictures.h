// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

// Pictures of a run for papers: self-contained SVG, at most 900 pixels wide, of bounded size. The
// same recording gives the same bytes. Errors: input (a figure the recording lacks, a damaged one).

/// A pixel for each tile, up to 1024 along a side; beyond that means of squares of them. `metric`
/// is a plane of tile_planes(); empty: compute.
Result<std::string> heatmap_svg(const Recording& recording, const std::string& metric);
/// A lane for each op over the cycles of the run, and its share of them.
Result<std::string> timeline_svg(const Recording& recording);
/// MACs a cycle over MACs a word: a point is tiles that agree or, where `metric` is ops, an op.
Result<std::string> roofline_svg(const Recording& recording, const std::string& metric);
/// Regions and roles on the machine.
Result<std::string> mapping_svg(const Recording& recording);

}  // namespace weft::traces
