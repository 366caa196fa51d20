// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "mapper/routes/mesh.h"

namespace weft::mapper::routes {

/// What it costs to take a link; kClosed: it cannot be taken.
using LinkCost = std::function<std::int64_t(const Link&)>;
inline constexpr std::int64_t kClosed = INT64_MAX / 4;

/// The cheapest way from any tile of `from` to `to` within `window`, both ends included; empty when
/// there is none. Dijkstra's algorithm of Boost.Graph.
std::vector<Tile> cheapest_way(const std::vector<Tile>& from, Tile to, const weft::Rect& window,
                               const LinkCost& cost);

}  // namespace weft::mapper::routes
