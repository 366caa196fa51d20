// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "explore/design_space.h"
#include "explore/store.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// A point with its figures, as ranks see it.
struct RankedPoint {
  std::int64_t index = 0;
  Figures figures;
};

/// The same points, best first: those that keep all constraints before those that do not, then by
/// Pareto rank over the objectives, then by the first objective, then by index. A figure that is
/// not there is the worst of an objective and keeps any constraint.
std::vector<RankedPoint> best_first(std::vector<RankedPoint> points, const Study& study);

/// For each point how many fronts are before its own; rows of `costs` are points, less is better.
std::vector<int> pareto_ranks(std::span<const std::vector<double>> costs);

/// Once all jobs of the study's last rung have ended: brings the best of its points to the next
/// one. How many; 0: there is no next rung, or no point with figures. It depends on the store
/// alone.
Result<std::int64_t> advance(Store& store, const Study& study, const DesignSpace& space);

}  // namespace weft::explore
