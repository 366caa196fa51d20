// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

#include "base/result.h"
#include "mapper/chain.h"

namespace weft::mapper {

/// The three all-reduces of strategy `tensor`: along rows of tiles, along columns, and among the
/// columns that share a head group.
enum class Axis { x, y, group, count_ };
inline constexpr int kAxes = static_cast<int>(Axis::count_);
using ChainAxes = std::array<ChainAxis, kAxes>;
using ColorPlan = std::array<FlowColors, kAxes>;

/// Coloring problem: flows that configure the router of a common tile need different colors.
/// Solved by Boost.Graph's sequential vertex coloring. Errors: input, naming how many are missing.
Result<ColorPlan> assign_colors(const ChainAxes& axes, int available);

/// Empty when the plan keeps conflicting flows apart and within the colors there are; else what is
/// wrong. Knows nothing of the algorithm.
std::string verify_colors(const ChainAxes& axes, const ColorPlan& plan, int available);

}  // namespace weft::mapper
