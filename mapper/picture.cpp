// SPDX-License-Identifier: Apache-2.0
#include "mapper/picture.h"

#include <algorithm>

#include "mapper/picture/svg.h"
#include "mapper/picture/wafer_map.h"

namespace weft::mapper {

std::string mapping_svg(const PictureInput& input) {
  constexpr double width = 1200;
  constexpr double margin = 24;
  constexpr double list_width = 340;
  constexpr double gap = 28;
  Svg svg;
  svg.text(margin, 36, fitted(input.title, width - 2 * margin, 18, true),
           {.size = 18, .bold = true});
  double end = 60;
  if (input.width > 0 && input.height > 0) {
    const double map_width = width - 2 * margin - list_width - gap;
    const Frame machine = machine_frame(input, {margin, end, map_width, 700});
    draw_wafer(input, machine, svg);
    const double list_left = std::max(machine.x + machine.width + 2 * gap, 620.0);
    const double list_end = draw_region_list(
        input, {std::min(list_left, width - margin - list_width), end, list_width, 0}, svg);
    end = std::max(machine.y + machine.height + 20, list_end) + 20;
    end = draw_route_panels(input, {margin, end, width - 2 * margin, 0}, svg);
  }
  return svg.finish(width, end + margin, input.title);
}

}  // namespace weft::mapper
