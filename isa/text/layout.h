// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "isa/bundle.pb.h"
#include "isa/text/cursor.h"

namespace weft::isa {

inline constexpr int kLastCoordinate = 65535;
inline constexpr int kLastColor = 63;

/// Where a role or a route stands: `x=0:6:2 y=3`.
std::string print_tiles(const TileSet& tiles);
TileSet read_tiles(Cursor& cursor);

/// How an axis lies on the tiles: `block along=x size=128 parts=8`; what is left out has its
/// default.
std::string print_axis(const Axis& axis);
Axis::Along read_along(Cursor& cursor);
Axis read_axis(Cursor& cursor);

/// By number of the enums in bundle.proto.
std::span<const std::string> axis_kind_names();
std::span<const std::string> direction_names();
/// Index of the word that follows among `names`; `what` they are, for messages.
int read_choice(Cursor& cursor, std::string_view what, std::span<const std::string> names);

}  // namespace weft::isa
