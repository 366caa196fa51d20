// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/picture.h"
#include "mapper/picture/svg.h"

namespace weft::mapper {

/// Where a rectangle of tiles lies in a frame that shows the whole machine.
Frame place_of(const weft::Rect& tiles, const PictureInput& input, const Frame& machine);

/// The machine as large as it can be within `room`, its sides in proportion.
Frame machine_frame(const PictureInput& input, const Frame& room);

/// Regions with names and shades, blocked tiles, what regions hand on.
void draw_wafer(const PictureInput& input, const Frame& machine, Svg& svg);

/// A row for each region and the scale of shades; returns where it ends.
double draw_region_list(const PictureInput& input, const Frame& room, Svg& svg);

/// A small wafer with the routes of each color; returns where they end.
double draw_route_panels(const PictureInput& input, const Frame& room, Svg& svg);

}  // namespace weft::mapper
