// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "traces/packed.h"
#include "traces/pictures.h"
#include "traces/planes.h"
#include "traces/svg.h"

namespace weft::traces {
namespace {

constexpr double kWidth = 900;
constexpr double kMargin = 30;
constexpr double kTop = 34;
constexpr int kMostPixels = 1024;
constexpr double kHighest = 680;  // of the map
constexpr double kBeside = 310;   // what is said of it, beside a map that leaves so much room
constexpr double kLine = 16;

std::string title_of(const Recording& recording, std::string_view what) {
  const Summary& summary = recording.summary();
  return fmt::format("{}: {} on {}, {}", what, summary.model(), summary.machine(), summary.phase());
}

Result<TilePlane> plane_named(const Recording& recording, const std::string& metric) {
  WEFT_ASSIGN(std::vector<TilePlane> planes, tile_planes(recording));
  const std::string wanted = metric.empty() ? "compute" : metric;
  std::vector<std::string> names;
  for (TilePlane& plane : planes) {
    if (plane.name == wanted) {
      return std::move(plane);
    }
    names.push_back(plane.name);
  }
  return input_error(fmt::format("--metric {}: not a figure of this recording{}; give one of: {}",
                                 wanted, did_you_mean(wanted, names), fmt::join(names, ", ")));
}

/// Pixels a tile, so that a wafer of this many fits.
double scale_of(const Region& shown) {
  return std::min((kWidth - 2 * kMargin) / shown.width(), kHighest / shown.height());
}

int times_of(int width, int height) { return std::max(1, kMostPixels / std::max(width, height)); }

/// Means of squares of tiles, as bytes from the least to the largest; from 0 where tiles are not
/// much alike.
struct Pixels {
  int width = 0;
  int height = 0;
  int scale = 1;
  double least = 0;
  double most = 0;
  std::string bytes;
};

Pixels pixels_of(const TilePlane& plane, const Region& region) {
  Pixels pixels;
  while (std::max(region.width(), region.height()) > kMostPixels * pixels.scale) {
    ++pixels.scale;
  }
  pixels.width = (region.width() + pixels.scale - 1) / pixels.scale;
  pixels.height = (region.height() + pixels.scale - 1) / pixels.scale;
  const auto count =
      static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
  std::vector<double> sums(count);
  std::vector<int> tiles(count);
  for (int y = 0; y < region.height(); ++y) {
    for (int x = 0; x < region.width(); ++x) {
      const auto at =
          static_cast<std::size_t>(y / pixels.scale) * static_cast<std::size_t>(pixels.width) +
          static_cast<std::size_t>(x / pixels.scale);
      const auto tile = static_cast<std::size_t>(y) * static_cast<std::size_t>(region.width()) +
                        static_cast<std::size_t>(x);
      sums[at] += static_cast<double>(plane.values[tile]);
      ++tiles[at];
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    sums[i] /= tiles[i];
    pixels.most = std::max(pixels.most, sums[i]);
  }
  const double least = *std::min_element(sums.begin(), sums.end());
  if (least > 0 && pixels.most - least < pixels.most / 2 && pixels.most > least) {
    pixels.least = least;
  }
  for (const double value : sums) {
    const double share =
        pixels.most > pixels.least
            ? std::clamp((value - pixels.least) / (pixels.most - pixels.least), 0.0, 1.0)
            : 0;
    pixels.bytes.push_back(static_cast<char>(std::lround(share * 255)));
  }
  return pixels;
}

void put_outlines(Svg& svg, const Recording& recording, const Region& shown, double left,
                  double scale) {
  for (const Outline& outline : recording.floorplan().outlines()) {
    const Region& tiles = outline.tiles();
    const double x = left + (tiles.x() - shown.x()) * scale;
    const double y = kTop + (tiles.y() - shown.y()) * scale;
    svg.frame(x, y, tiles.width() * scale, tiles.height() * scale, "#222");
    constexpr double kLetter = 6.6;
    svg.rect(x, y, 8 + kLetter * static_cast<double>(outline.name().size()), 16, "#222");
    svg.text(x + 4, y + 12, outline.name(), "start", "#fff");
  }
}

void put_ramp(Svg& svg, const Pixels& pixels, const std::string& unit, double x, double y) {
  std::string ramp;
  for (int i = 0; i < 256; ++i) {
    ramp.push_back(static_cast<char>(i));
  }
  constexpr double kRamp = 240;
  svg.image(x, y, kRamp, 12, png_of(256, 1, ramp, viridis()));
  svg.text(x, y + 26, with_commas(std::llround(pixels.least)));
  svg.text(x + kRamp, y + 26, fmt::format("{} {}", with_commas(std::llround(pixels.most)), unit),
           "end");
}

/// Mean over the tiles of an outline that lie in the region.
double mean_in(const Region& tiles, const Region& region, const TilePlane& plane) {
  double sum = 0;
  std::int64_t count = 0;
  const int x0 = std::max(tiles.x(), region.x());
  const int y0 = std::max(tiles.y(), region.y());
  const auto end = [](std::int64_t at, int of_tiles, int of_region) {
    return std::min(at + of_tiles, std::int64_t{of_region});
  };
  const std::int64_t x1 = end(tiles.x(), tiles.width(), region.x() + region.width());
  const std::int64_t y1 = end(tiles.y(), tiles.height(), region.y() + region.height());
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x, ++count) {
      const auto row = static_cast<std::size_t>(y - region.y());
      sum += static_cast<double>(plane.values[row * static_cast<std::size_t>(region.width()) +
                                              static_cast<std::size_t>(x - region.x())]);
    }
  }
  return sum / static_cast<double>(std::max<std::int64_t>(1, count));
}

/// The figure in words: its range, its means by outline, and what is shown.
std::vector<std::string> said_of(const Recording& recording, const TilePlane& plane,
                                 const Pixels& pixels) {
  const Region& region = recording.region();
  const std::int64_t cycles = recording.summary().cycles();
  const auto amount = [&](double value) {
    const std::string text = fmt::format("{} {}", with_commas(std::llround(value)), plane.unit);
    return plane.unit == "cycles" && cycles > 0
               ? fmt::format("{}, {:.1f} % of the run", text,
                             100 * value / static_cast<double>(cycles))
               : text;
  };
  const auto [least, most] = std::minmax_element(plane.values.begin(), plane.values.end());
  std::vector<std::string> lines = {"least of a tile: " + amount(static_cast<double>(*least)),
                                    "mean: " + amount(mean_in(region, region, plane)),
                                    "most of a tile: " + amount(static_cast<double>(*most))};
  const auto& outlines = recording.floorplan().outlines();
  constexpr int kMostSaid = 12;
  for (int i = 0; outlines.size() > 1 && i < std::min(kMostSaid, outlines.size()); ++i) {
    lines.push_back(fmt::format("mean in {}: {}", outlines[i].name(),
                                amount(mean_in(outlines[i].tiles(), region, plane))));
  }
  lines.push_back(
      fmt::format("columns {} to {}, rows {} to {}{}", region.x(), region.x() + region.width() - 1,
                  region.y(), region.y() + region.height() - 1,
                  pixels.scale > 1 ? fmt::format("; means of {0}x{0} tiles", pixels.scale) : ""));
  return lines;
}

}  // namespace

Result<std::string> heatmap_svg(const Recording& recording, const std::string& metric) {
  WEFT_ASSIGN(const TilePlane plane, plane_named(recording, metric));
  const Region& region = recording.region();
  const Pixels pixels = pixels_of(plane, region);
  const double scale = scale_of(region);
  const double height = region.height() * scale;
  const double width = region.width() * scale;
  const bool beside = width < kWidth - 2 * kMargin - kBeside;
  const std::vector<std::string> said = said_of(recording, plane, pixels);
  const double left = beside ? kMargin + width + 24 : kMargin;
  const double top = beside ? kTop : kTop + height + 14;
  Svg svg(kWidth,
          std::max(kTop + height + kMargin, top + 60 + kLine * static_cast<double>(said.size())),
          title_of(recording, plane.label));
  svg.text(kMargin, 20, title_of(recording, plane.label));
  svg.image(kMargin, kTop, pixels.width * pixels.scale * scale,
            pixels.height * pixels.scale * scale,
            png_of(pixels.width, pixels.height, pixels.bytes, viridis(),
                   times_of(pixels.width, pixels.height)));
  put_outlines(svg, recording, region, kMargin, scale);
  put_ramp(svg, pixels, plane.unit, left, top);
  for (std::size_t i = 0; i < said.size(); ++i) {
    svg.text(left, top + 50 + kLine * static_cast<double>(i), said[i]);
  }
  return svg.take();
}

Result<std::string> mapping_svg(const Recording& recording) {
  WEFT_TRY(check_tiles(recording));
  if (!recording.has_floorplan() || recording.floorplan().roles().empty()) {
    return input_error("--svg mapping: the recording does not say what lies where; run again");
  }
  const Floorplan& plan = recording.floorplan();
  Region shown = plan.machine().width() > 0 ? plan.machine() : recording.region();
  WEFT_ASSIGN(const auto roles, unpack_numbers(plan.role_of_tile(),
                                               static_cast<std::size_t>(recording.tiles_size())));
  const double scale = scale_of(shown);
  // A pixel for each tile, in the color of its role.
  int step = 1;
  while (std::max(shown.width(), shown.height()) > kMostPixels * step) {
    ++step;
  }
  const int width = (shown.width() + step - 1) / step;
  const int height = (shown.height() + step - 1) / step;
  std::string bytes(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), '\0');
  constexpr std::int64_t kColors = 254;
  const Region& region = recording.region();
  for (int y = 0; y < region.height(); ++y) {
    for (int x = 0; x < region.width(); ++x) {
      const auto role =
          roles[static_cast<std::size_t>(y) * static_cast<std::size_t>(region.width()) +
                static_cast<std::size_t>(x)];
      const int column = (region.x() + x - shown.x()) / step;
      const int row = (region.y() + y - shown.y()) / step;
      if (role > 0 && column >= 0 && row >= 0 && column < width && row < height) {
        bytes[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
              static_cast<std::size_t>(column)] = static_cast<char>(1 + (role - 1) % kColors);
      }
    }
  }
  std::vector<std::uint32_t> palette = {0xeeeeee};
  for (int i = 0; i < 255; ++i) {  // neighbours in number lie far apart in color
    palette.push_back(viridis()[static_cast<std::size_t>((i * 97 + 40) % 256)]);
  }
  Svg svg(kWidth, kTop + shown.height() * scale + 40, title_of(recording, "mapping"));
  svg.text(kMargin, 20, title_of(recording, "mapping"));
  svg.image(kMargin, kTop, width * step * scale, height * step * scale,
            png_of(width, height, bytes, palette, times_of(width, height)));
  svg.frame(kMargin + (region.x() - shown.x()) * scale, kTop + (region.y() - shown.y()) * scale,
            region.width() * scale, region.height() * scale, "#d0006f");
  put_outlines(svg, recording, shown, kMargin, scale);
  svg.text(kMargin, kTop + shown.height() * scale + 22,
           fmt::format("{} roles on {}x{} tiles at ({},{}) of {}x{}; a color is a role, gray is "
                       "without one",
                       plan.roles_size(), region.width(), region.height(), region.x(), region.y(),
                       shown.width(), shown.height()));
  return svg.take();
}

}  // namespace weft::traces
