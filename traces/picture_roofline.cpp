// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "traces/pictures.h"
#include "traces/planes.h"
#include "traces/roofline.h"
#include "traces/svg.h"

namespace weft::traces {
namespace {

constexpr double kWidth = 900;
constexpr double kHeight = 420;
constexpr double kTop = 40;
constexpr double kLeft = 70;
constexpr double kRight = 20;
constexpr double kBottom = 50;
constexpr std::string_view kInk = "#222";
constexpr std::string_view kBlue = "#2a6f97";

/// Powers of two along an axis.
struct Axis {
  double least = 0;  ///< log2
  double most = 1;
  double from = 0;  ///< pixels
  double to = 1;

  double at(double value) const {
    return from + (std::log2(value) - least) / (most - least) * (to - from);
  }
};

std::string power_text(int power) {
  constexpr int kWritten = 20;
  return std::abs(power) >= kWritten ? fmt::format("2^{}", power)
         : power >= 0                ? fmt::format("{}", 1 << power)
                                     : fmt::format("1/{}", 1 << -power);
}

/// Names beside points, each where no earlier one is; one without room is left out.
class Labels {
 public:
  void put(Svg& svg, double x, double y, double radius, const std::string& text) {
    const double wide = kLetter * static_cast<double>(text.size());
    const double right = x + radius + 4;
    const double left = x - radius - 4 - wide;
    for (const auto& [from, base] : {std::pair{right, y + 4},
                                     {left, y + 4},
                                     {x - wide / 2, y - radius - 5},
                                     {x - wide / 2, y + radius + 12},
                                     {right, y - 10},
                                     {right, y + 18}}) {
      const Box box{from, base - 10, from + wide, base + 2};
      const bool inside = box.x0 > kLeft && box.x1 < kWidth - kRight;
      if (inside && std::none_of(taken_.begin(), taken_.end(),
                                 [&](const Box& other) { return box.meets(other); })) {
        taken_.push_back(box);
        svg.text(from, base, text);
        return;
      }
    }
  }
  void keep_free(double x, double y, double radius) {
    taken_.push_back({x - radius, y - radius, x + radius, y + radius});
  }

 private:
  static constexpr double kLetter = 6.4;
  struct Box {
    double x0, y0, x1, y1;
    bool meets(const Box& other) const {
      return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1;
    }
  };
  std::vector<Box> taken_;
};

struct Frame {
  Axis x;
  Axis y;
};

Frame frame_of(const std::vector<RooflinePoint>& points, const Roofs& roofs) {
  double x_least = std::log2(roofs.macs() / roofs.link_words());
  double x_most = x_least;
  double y_least = 0;
  for (const RooflinePoint& point : points) {
    x_least = std::min(x_least, std::log2(point.x));
    x_most = std::max(x_most, std::log2(point.x));
    y_least = std::min(y_least, std::log2(point.y));
  }
  return {
      {std::floor(x_least - 1), std::ceil(x_most + 1), kLeft, kWidth - kRight},
      {std::floor(y_least) - 1, std::ceil(std::log2(roofs.macs())) + 1, kHeight - kBottom, kTop}};
}

void put_grid(Svg& svg, const Frame& frame) {
  const auto& [x, y] = frame;
  constexpr int kMostTicks = 14;
  const auto step = [](const Axis& axis) {
    return 1 + static_cast<int>(axis.most - axis.least) / kMostTicks;
  };
  for (int p = static_cast<int>(y.least); p <= static_cast<int>(y.most); p += step(y)) {
    svg.line(x.from, y.at(std::exp2(p)), x.to, y.at(std::exp2(p)), "#e4e4e4");
    svg.text(x.from - 6, y.at(std::exp2(p)) + 4, power_text(p), "end");
  }
  for (int p = static_cast<int>(x.least); p <= static_cast<int>(x.most); p += step(x)) {
    svg.text(x.at(std::exp2(p)), y.from + 16, power_text(p), "middle");
  }
  svg.text(x.from + 6, y.to + 14, "MACs a cycle");
  svg.text((x.from + x.to) / 2, kHeight - 12,
           "MACs for each word that is sent or received, whichever is more", "middle");
}

void put_roofs(Svg& svg, const Frame& frame, const Roofs& roofs) {
  const auto& [x, y] = frame;
  const double knee = roofs.macs() / roofs.link_words();
  const double read = roofs.weight_bytes() > 0 ? roofs.read_bytes() / roofs.weight_bytes() : 0;
  const double begin = std::exp2(std::max(x.least, y.least - std::log2(roofs.link_words())));
  svg.line(x.at(begin), y.at(begin * roofs.link_words()), x.at(knee), y.at(roofs.macs()), kInk);
  svg.line(x.at(knee), y.at(roofs.macs()), x.to, y.at(roofs.macs()), kInk);
  svg.text(x.to, y.at(roofs.macs()) - 5,
           fmt::format("tensor unit: {:.4g} MACs a cycle", roofs.macs()), "end");
  svg.text(x.at(begin) + 8, y.at(begin * roofs.link_words()) + 18,
           fmt::format("a ramp: {:.4g} word{} a cycle", roofs.link_words(),
                       roofs.link_words() == 1 ? "" : "s"));
  if (read > 0 && read < roofs.macs()) {
    svg.line(x.from, y.at(read), x.to, y.at(read), kInk, "4 3");
    svg.text(x.to, y.at(read) - 5, fmt::format("each weight read once: {:.4g} MACs a cycle", read),
             "end");
  }
}

}  // namespace

Result<std::string> roofline_svg(const Recording& recording, const std::string& metric) {
  WEFT_TRY(check_tiles(recording));
  if (!metric.empty() && metric != "tiles" && metric != "ops") {
    return input_error(
        fmt::format("--metric {}: the roofline is of tiles or of ops; give one of these", metric));
  }
  const bool of_ops = metric == "ops";
  const Roofs& roofs = recording.floorplan().roofs();
  const auto points = of_ops ? roofline_of_ops(recording) : roofline_of_tiles(recording);
  if (points.empty() || roofs.macs() <= 0 || roofs.link_words() <= 0) {
    return input_error(fmt::format(
        "--svg roofline: no {} both multiplied and moved words in this {}; draw the heatmap",
        of_ops ? "op" : "tile", of_ops ? "recording" : "run"));
  }
  const Summary& summary = recording.summary();
  const std::string title = fmt::format("roofline of a tile, {}: {} on {}, {}",
                                        of_ops ? "while it is in an op" : "over the whole run",
                                        summary.model(), summary.machine(), summary.phase());
  const Frame frame = frame_of(points, roofs);
  Svg svg(kWidth, kHeight, title);
  svg.text(12, 20, title);
  put_grid(svg, frame);
  put_roofs(svg, frame, roofs);
  const auto size = [&](const RooflinePoint& point) {
    return of_ops ? point.share / points[0].share
                  : static_cast<double>(point.tiles) / static_cast<double>(points[0].tiles);
  };
  const auto radius = [&](const RooflinePoint& point) { return 1.5 + 6 * std::sqrt(size(point)); };
  Labels labels;
  for (const RooflinePoint& point : points) {
    const double x = frame.x.at(point.x);
    const double y = frame.y.at(point.y);
    svg.dot(x, y, radius(point), kBlue);
    labels.keep_free(x, y, radius(point));
  }
  for (const RooflinePoint& point : points) {
    if (of_ops) {
      labels.put(svg, frame.x.at(point.x), frame.y.at(point.y), radius(point),
                 fmt::format("{} {:.1f} %", point.op, 100 * point.share));
    }
  }
  svg.text(kWidth - kRight, 20,
           of_ops ? "area: share of the time of all tiles" : "area: how many tiles agree", "end");
  return svg.take();
}

}  // namespace weft::traces
