// SPDX-License-Identifier: Apache-2.0
#include "mapper/picture/wafer_map.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace weft::mapper {
namespace {

using Region = PictureInput::Region;

double share_of(const Region& region, const PictureInput& input) {
  return input.sram > 0 ? static_cast<double>(region.sram) / static_cast<double>(input.sram) : 0;
}

std::vector<std::string> parts_of(const Region& region) {
  std::vector<std::string> parts;
  if (region.layers == 1) {
    parts.push_back(fmt::format("layer {}", region.first_layer));
  } else if (region.layers > 1) {
    parts.push_back(
        fmt::format("layers {}–{}", region.first_layer, region.first_layer + region.layers - 1));
  }
  if (region.embedding) {
    parts.emplace_back("embedding");
  }
  if (region.head) {
    parts.emplace_back("head");
  }
  return parts;
}

std::string layers_text(const Region& region) {
  return fmt::format("{}", fmt::join(parts_of(region), ", "));
}

std::string place_text(const weft::Rect& tiles) {
  return fmt::format("{}×{} at ({},{})", tiles.width, tiles.height, tiles.x, tiles.y);
}

/// Name, layers and SRAM from the top left corner on, as far as there is room; else its number.
void label_region(const PictureInput& input, std::size_t index, const Frame& frame, Svg& svg) {
  const Region& region = input.regions[index];
  const double share = share_of(region, input);
  const char* ink = share > 0.55 ? "#ffffff" : "#222222";
  constexpr double margin = 6;
  const double room = frame.width - 2 * margin;
  if (text_width(region.name, 13, true) > room || frame.height < 22) {
    const std::string id = fmt::format("{}", index + 1);
    if (text_width(id, 11) <= frame.width - 3 && frame.height >= 13) {
      svg.text(frame.x + frame.width / 2, frame.y + frame.height / 2 + 4, id,
               {.size = 11, .fill = ink, .anchor = "middle"});
    }
    return;
  }
  double y = frame.y + 17;
  const std::string behind = shade(share);
  svg.text(frame.x + margin, y, region.name,
           {.size = 13, .bold = true, .fill = ink, .halo = behind});
  std::vector<std::string> lines = parts_of(region);
  if (text_width(layers_text(region), 11) <= room) {
    lines = {layers_text(region)};
  }
  lines.push_back("SRAM " + percent(share));
  for (const std::string& line : lines) {
    if (!line.empty() && y + 16 + 5 <= frame.y + frame.height && text_width(line, 11) <= room) {
      y += 16;
      svg.text(frame.x + margin, y, line, {.size = 11, .fill = ink, .halo = behind});
    }
  }
}

struct Point {
  double x = 0;
  double y = 0;
};

/// Where an arrow from `a` to `b` leaves and arrives along one axis: across the gap between them,
/// or, where they lie side by side, in the middle of what they have in common.
std::pair<double, double> reach(double a, double a_size, double b, double b_size) {
  const double from = std::max(a, b);
  const double to = std::min(a + a_size, b + b_size);
  if (from < to) {
    return {(from + to) / 2, (from + to) / 2};
  }
  constexpr double inside = 13;
  const double a_inset = std::min(inside, a_size / 2);
  const double b_inset = std::min(inside, b_size / 2);
  return a < b ? std::pair{a + a_size - a_inset, b + b_inset}
               : std::pair{a + a_inset, b + b_size - b_inset};
}

void draw_arrow(Point from, Point to, std::string_view tooltip, Svg& svg) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length = std::max(1.0, std::sqrt(dx * dx + dy * dy));
  const double ux = dx / length;
  const double uy = dy / length;
  const double head = std::min(9.0, length);
  const Point neck{to.x - ux * head, to.y - uy * head};
  const std::string line =
      fmt::format("M{} {}L{} {}", number(from.x), number(from.y), number(neck.x), number(neck.y));
  const std::string tip =
      fmt::format("M{} {}L{} {}L{} {}z", number(to.x), number(to.y), number(neck.x - uy * 4.5),
                  number(neck.y + ux * 4.5), number(neck.x + uy * 4.5), number(neck.y - ux * 4.5));
  const bool far = length > 80;
  svg.path(line, R"(stroke="#ffffff" stroke-width="4.5" fill="none")");
  svg.path(tip, R"(fill="#d35400" stroke="#ffffff" stroke-width="1")", tooltip);
  svg.path(line,
           far ? R"(stroke="#d35400" stroke-width="2" stroke-dasharray="7 4" fill="none")"
               : R"(stroke="#d35400" stroke-width="2.5" fill="none")",
           tooltip);
}

void draw_hand_offs(const PictureInput& input, const Frame& machine, Svg& svg) {
  const int count = static_cast<int>(input.regions.size());
  for (const PictureInput::HandOff& hand_off : input.hand_offs) {
    if (hand_off.from < 0 || hand_off.from >= count || hand_off.to < 0 || hand_off.to >= count ||
        hand_off.from == hand_off.to) {
      continue;
    }
    const Region& from = input.regions[static_cast<std::size_t>(hand_off.from)];
    const Region& to = input.regions[static_cast<std::size_t>(hand_off.to)];
    const Frame a = place_of(from.tiles, input, machine);
    const Frame b = place_of(to.tiles, input, machine);
    const auto [x0, x1] = reach(a.x, a.width, b.x, b.width);
    const auto [y0, y1] = reach(a.y, a.height, b.y, b.height);
    draw_arrow({x0, y0}, {x1, y1},
               fmt::format("{} → {}{}{}", from.name, to.name, hand_off.name.empty() ? "" : ": ",
                           hand_off.name),
               svg);
  }
}

/// Lines between tiles that are large enough to be seen.
void draw_grid(const PictureInput& input, const Frame& machine, Svg& svg) {
  const double tile = machine.width / input.width;
  if (tile < 8) {
    return;
  }
  std::string lines;
  for (int x = 1; x < input.width; ++x) {
    lines += fmt::format("M{} {}v{}", number(machine.x + x * tile), number(machine.y),
                         number(machine.height));
  }
  for (int y = 1; y < input.height; ++y) {
    lines += fmt::format("M{} {}h{}", number(machine.x), number(machine.y + y * tile),
                         number(machine.width));
  }
  svg.path(lines, R"(stroke="#000000" stroke-opacity=".1" fill="none")");
}

}  // namespace

Frame place_of(const weft::Rect& tiles, const PictureInput& input, const Frame& machine) {
  const double across = machine.width / input.width;
  const double down = machine.height / input.height;
  return {machine.x + tiles.x * across, machine.y + tiles.y * down, tiles.width * across,
          tiles.height * down};
}

Frame machine_frame(const PictureInput& input, const Frame& room) {
  const double tile = std::min(room.width / input.width, room.height / input.height);
  return {room.x, room.y, std::max(4.0, input.width * tile), std::max(4.0, input.height * tile)};
}

void draw_wafer(const PictureInput& input, const Frame& machine, Svg& svg) {
  svg.rect(machine, "#f7f7f5", "#555555", "the machine");
  for (const Region& region : input.regions) {
    const double share = share_of(region, input);
    svg.rect(place_of(region.tiles, input, machine), shade(share), "#ffffff",
             fmt::format("{}: {}; {}; SRAM {} of {} ({})", region.name, layers_text(region),
                         place_text(region.tiles), human_bytes(region.sram),
                         human_bytes(input.sram), percent(share)));
  }
  draw_grid(input, machine, svg);
  for (const weft::Rect& blocked : input.blocked) {
    svg.rect(place_of(blocked, input, machine), "#444444", "none",
             fmt::format("blocked: {}", place_text(blocked)));
  }
  draw_hand_offs(input, machine, svg);
  for (std::size_t i = 0; i < input.regions.size(); ++i) {
    label_region(input, i, place_of(input.regions[i].tiles, input, machine), svg);
  }
  const TextStyle small{.size = 10, .fill = "#777777"};
  svg.text(machine.x, machine.y + machine.height + 14,
           fmt::format("{}×{} tiles, (0,0) top left", input.width, input.height), small);
}

double draw_region_list(const PictureInput& input, const Frame& room, Svg& svg) {
  double y = room.y;
  svg.text(room.x, y + 10, "Regions, in the order in which tokens pass them",
           {.size = 12, .bold = true});
  y += 22;
  constexpr double bar = 84;
  for (std::size_t i = 0; i < input.regions.size(); ++i, y += 38) {
    const Region& region = input.regions[i];
    const double share = share_of(region, input);
    svg.rect({room.x, y, 24, 24}, shade(share), "#888888");
    svg.text(room.x + 12, y + 16, fmt::format("{}", i + 1),
             {.size = 10, .fill = share > 0.55 ? "#ffffff" : "#222222", .anchor = "middle"});
    const double left = room.x + 34;
    const double width = room.width - 34;
    svg.text(left, y + 10, fitted(region.name, width - bar - 50, 12, true),
             {.size = 12, .bold = true});
    svg.text(left, y + 25,
             fitted(fmt::format("{}{}{}", layers_text(region),
                                layers_text(region).empty() ? "" : ", ", place_text(region.tiles)),
                    width, 11),
             {.size = 11, .fill = "#555555"});
    const double bar_left = room.x + room.width - bar - 42;
    svg.rect({bar_left, y + 2, bar, 8}, "#e6e6e6");
    svg.rect({bar_left, y + 2, bar * std::min(1.0, share), 8}, share > 1 ? "#c0392b" : "#1f5fa6");
    svg.text(room.x + room.width, y + 10, percent(share), {.size = 11, .anchor = "end"});
  }
  y += 8;
  constexpr int steps = 10;
  for (int i = 0; i < steps; ++i) {
    svg.rect({room.x + i * 14.0, y, 14, 10}, shade((i + 0.5) / steps));
  }
  svg.text(room.x, y + 23, "0 %", {.size = 10, .fill = "#555555"});
  svg.text(room.x + steps * 14, y + 23, "100 %", {.size = 10, .fill = "#555555", .anchor = "end"});
  svg.text(room.x + steps * 14 + 10, y + 10,
           fmt::format("SRAM, of {} a tile", human_bytes(input.sram)),
           {.size = 11, .fill = "#555555"});
  y += 36;
  if (!input.hand_offs.empty()) {
    draw_arrow({room.x, y}, {room.x + 26, y}, {}, svg);
    svg.text(room.x + 36, y + 4, "hands its activations on", {.size = 11, .fill = "#555555"});
    y += 20;
  }
  if (!input.blocked.empty()) {
    svg.rect({room.x, y - 5, 26, 10}, "#444444");
    svg.text(room.x + 36, y + 4, "blocked", {.size = 11, .fill = "#555555"});
    y += 20;
  }
  return y;
}

}  // namespace weft::mapper
