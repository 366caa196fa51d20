// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "mapper/picture/route_cells.h"
#include "mapper/picture/wafer_map.h"

namespace weft::mapper {
namespace {

constexpr int kPanelsAcross = 5;
constexpr int kMostTiles = 36;    ///< along an axis, shown one by one
constexpr int kCells = 24;        ///< along an axis where there are more
constexpr int kMostRuns = 12000;  ///< of all panels together
constexpr double kGap = 18;
constexpr double kTitleHeight = 36;

/// Told apart by people who see few colors, too.
constexpr std::array kInks = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                              "#56b4e9", "#e69f00", "#7a5195", "#444444"};

struct ColorRoutes {
  int rules = 0;
  RouteCells cells;
  std::string names;  ///< of its flows
};

std::map<int, ColorRoutes> by_color(const PictureInput& input) {
  std::map<int, ColorRoutes> colors;
  const int most = std::max(input.width, input.height) <= kMostTiles ? kMostTiles : kCells;
  for (const isa::Route& route : input.bundle.routes()) {
    auto [at, fresh] = colors.try_emplace(
        route.color(), ColorRoutes{0, RouteCells(input.width, input.height, most), {}});
    ++at->second.rules;
    at->second.cells.add(route);
  }
  for (const PictureInput::Flow& flow : input.flows) {
    if (const auto at = colors.find(flow.color); at != colors.end()) {
      at->second.names += (at->second.names.empty() ? "" : ", ") + flow.name;
    }
  }
  return colors;
}

/// One panel. Coordinates in its group are tenths of pixels, whole numbers: short and the same
/// everywhere.
class Panel {
 public:
  Panel(const RouteCells& cells, const Frame& frame)
      : cells_(cells), across_(frame.width / cells.columns()), down_(frame.height / cells.rows()) {}

  /// Covered cells, as rectangles one row high.
  std::string cover() const {
    std::string path;
    for (int row = 0; row < cells_.rows(); ++row) {
      for (int column = 0; column < cells_.columns(); ++column) {
        const int first = column;
        while (column < cells_.columns() && cells_.is_covered(column, row)) {
          ++column;
        }
        if (column > first) {
          path +=
              fmt::format("M{} {}H{}V{}H{}z", x(first), y(row), x(column), y(row + 1.0), x(first));
        }
      }
    }
    return path;
  }

  /// The line of a run and the tip at its end. Opposite ways through a cell keep to different
  /// sides.
  void draw(const RouteCells::Run& run, std::string& lines, std::string& tips) const {
    const bool along_x = run.way == isa::EAST || run.way == isa::WEST;
    const bool forward = run.way == isa::EAST || run.way == isa::SOUTH;
    // From the middle of a tile to that of its neighbor; a cell is crossed from side to side.
    const bool exact = cells_.is_exact();
    const double side = exact ? 0.5 : forward ? 0.35 : 0.65;
    const int first = along_x ? run.column : run.row;
    const double low = !exact ? first : forward ? first + 0.5 : first - 0.5;
    const double from = forward ? low : low + run.count;
    const double to = forward ? low + run.count : low;
    const double aside = (along_x ? run.row : run.column) + side;
    const int length = std::clamp(static_cast<int>(along_x ? across_ * 6 : down_ * 6), 25, 60);
    const int half = length * 2 / 5;
    const int back = forward ? -length : length;
    if (along_x) {
      lines += fmt::format("M{} {}H{}", x(from), y(aside), x(to) + back);
      tips += fmt::format("M{} {}l{} {}v{}z", x(to), y(aside), back, -half, 2 * half);
    } else {
      lines += fmt::format("M{} {}V{}", x(aside), y(from), y(to) + back);
      tips += fmt::format("M{} {}l{} {}h{}z", x(aside), y(to), -half, back, 2 * half);
    }
  }

  /// Tiles whose cores send (`source`) or take words.
  std::string ends(bool source) const {
    std::string path;
    if (!cells_.is_exact() || across_ < 9 || down_ < 9) {
      return path;
    }
    for (int row = 0; row < cells_.rows(); ++row) {
      for (int column = 0; column < cells_.columns(); ++column) {
        if (source ? cells_.is_source(column, row) : cells_.leaves(column, row, isa::RAMP)) {
          path += fmt::format("M{} {}h40v40h-40z", x(column + 0.5) - 20, y(row + 0.5) - 20);
        }
      }
    }
    return path;
  }

 private:
  int x(double cell) const { return static_cast<int>(std::lround(cell * across_ * 10)); }
  int y(double cell) const { return static_cast<int>(std::lround(cell * down_ * 10)); }

  const RouteCells& cells_;
  double across_;
  double down_;
};

void draw_panel(const PictureInput& input, int color, const ColorRoutes& routes, const Frame& frame,
                int most_runs, Svg& svg) {
  const char* ink = kInks[static_cast<std::size_t>(color) % kInks.size()];
  const std::string names = routes.names.empty() ? "unnamed" : routes.names;
  const std::string id = fmt::format("c{}", color);
  const double id_width = text_width(id, 12, true) + 5;
  const double top = frame.y - kTitleHeight + 12;
  svg.text(frame.x, top, id, {.size = 12, .bold = true, .fill = ink});
  svg.text(frame.x + id_width, top, fitted(names, frame.width - id_width, 11), {.size = 11});
  svg.text(frame.x, top + 15,
           fmt::format("{} {}, {} {}", with_commas(routes.cells.tiles()),
                       routes.cells.tiles() == 1 ? "tile" : "tiles", with_commas(routes.rules),
                       routes.rules == 1 ? "rule" : "rules"),
           {.size = 10, .fill = "#777777"});
  const Frame machine = machine_frame(input, frame);
  svg.rect(machine, "#fbfbfa", "#bbbbbb", fmt::format("color {}: {}", color, names));
  const Panel panel(routes.cells, machine);
  std::string lines;
  std::string tips;
  const std::vector<RouteCells::Run> runs = routes.cells.runs();
  const std::size_t step = runs.size() / static_cast<std::size_t>(most_runs) + 1;
  for (std::size_t i = 0; i < runs.size(); i += step) {
    panel.draw(runs[i], lines, tips);
  }
  svg.raw(fmt::format("<g transform=\"translate({} {}) scale(.1)\">\n", number(machine.x),
                      number(machine.y)));
  svg.path(panel.cover(), fmt::format(R"(fill="{}" fill-opacity=".14")", ink));
  svg.path(lines, fmt::format(R"(stroke="{}" stroke-width="11" fill="none")", ink));
  svg.path(tips, fmt::format(R"(fill="{}")", ink));
  svg.path(panel.ends(false), fmt::format(R"(fill="#ffffff" stroke="{}" stroke-width="10")", ink));
  svg.path(panel.ends(true), fmt::format(R"(fill="{}" stroke="{}" stroke-width="10")", ink, ink));
  svg.raw("</g>\n");
  for (const PictureInput::Region& region : input.regions) {
    svg.rect(place_of(region.tiles, input, machine), "none", "#999999");
  }
}

}  // namespace

double draw_route_panels(const PictureInput& input, const Frame& room, Svg& svg) {
  const std::map<int, ColorRoutes> colors = by_color(input);
  if (colors.empty()) {
    return room.y;
  }
  const double width = (room.width - (kPanelsAcross - 1) * kGap) / kPanelsAcross;
  const double height = machine_frame(input, {0, 0, width, width}).height;
  const int most_runs = std::max(1, kMostRuns / static_cast<int>(colors.size()));
  svg.text(room.x, room.y + 12, "Routes, color by color", {.size = 12, .bold = true});
  const RouteCells& any = colors.begin()->second.cells;
  const std::string note =
      any.is_exact() ? "a square is a tile; filled: its core sends; open: its core takes words"
                     : fmt::format("seen from afar: an arrow stands for squares of {}×{} tiles",
                                   (input.width + any.columns() - 1) / any.columns(),
                                   (input.height + any.rows() - 1) / any.rows());
  svg.text(room.x + 170, room.y + 12, note, {.size = 11, .fill = "#555555"});
  double y = room.y + 22 + kTitleHeight;
  int column = 0;
  for (const auto& [color, routes] : colors) {
    if (column == kPanelsAcross) {
      column = 0;
      y += height + kTitleHeight + 12;
    }
    draw_panel(input, color, routes, {room.x + column * (width + kGap), y, width, height},
               most_runs, svg);
    ++column;
  }
  return y + height;
}

}  // namespace weft::mapper
