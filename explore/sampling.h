// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "explore/axes.h"
#include "explore/study.pb.h"

namespace weft::explore {

/// Hands each point of the study to `take`, in an order that depends on the study alone, no point
/// twice, until it returns false. Points drawn at random depend on the seed and on nothing of the
/// host. Returns a line for the user where fewer points came than were asked for, or nothing.
std::string each_point(const Axes& axes, const Sampling& sampling,
                       const std::function<bool(const Coordinates&)>& take);

/// Combinations before any is left out; a very large number where there are more.
double grid_size(const Axes& axes);

}  // namespace weft::explore
