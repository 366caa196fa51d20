// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "traces/figures.h"
#include "traces/pictures.h"
#include "traces/planes.h"
#include "traces/svg.h"

namespace weft::traces {
namespace {

constexpr double kWidth = 900;
constexpr double kTop = 34;
constexpr double kNames = 130;
constexpr double kRight = 20;

std::string title_of(const Recording& recording, std::string_view what) {
  const Summary& summary = recording.summary();
  return fmt::format("{}: {} on {}, {}", what, summary.model(), summary.machine(), summary.phase());
}

/// Stretches that are less than half a pixel apart become one.
class Lane {
 public:
  void add(double from, double to) {
    constexpr double kApart = 0.5;
    if (!boxes_.empty() && from < boxes_.back().second + kApart) {
      boxes_.back().second = std::max(boxes_.back().second, to);
    } else {
      boxes_.emplace_back(from, to);
    }
  }
  const std::vector<std::pair<double, double>>& boxes() const { return boxes_; }

 private:
  std::vector<std::pair<double, double>> boxes_;
};

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

}  // namespace

Result<std::string> timeline_svg(const Recording& recording) {
  if (recording.ops().empty() || recording.summary().cycles() <= 0) {
    return input_error("--svg timeline: no op ended in this run; draw the heatmap");
  }
  std::vector<std::string> names;
  std::map<std::string, std::size_t> index;
  std::vector<Lane> lanes;
  const double scale =
      (kWidth - kNames - kRight) / static_cast<double>(recording.summary().cycles());
  for (const OpSpan& op : recording.ops()) {
    const std::string name(op_without_layer(op.name()));
    const auto [found, fresh] = index.try_emplace(name, names.size());
    if (fresh) {
      names.push_back(name);
      lanes.emplace_back();
    }
    lanes[found->second].add(kNames + static_cast<double>(op.begin()) * scale,
                             kNames + static_cast<double>(op.end()) * scale);
  }
  constexpr double kLane = 16;
  const double bottom = kTop + kLane * static_cast<double>(names.size());
  Svg svg(kWidth, bottom + 40, title_of(recording, "ops over time"));
  svg.text(12, 20, title_of(recording, "ops over time"));
  for (std::size_t lane = 0; lane < names.size(); ++lane) {
    const double y = kTop + kLane * static_cast<double>(lane);
    svg.rect(kNames, y, kWidth - kNames - kRight, kLane, lane % 2 == 0 ? "#f2f2f2" : "#fff");
    svg.text(kNames - 6, y + 12, names[lane], "end");
    for (const auto& [from, to] : lanes[lane].boxes()) {
      svg.rect(from, y + 2, std::max(0.4, to - from), kLane - 4, "#2a6f97");
    }
  }
  for (int tick = 0; tick <= 4; ++tick) {
    const double x = kNames + tick * (kWidth - kNames - kRight) / 4;
    svg.line(x, bottom, x, bottom + 4, "#222");
    svg.text(
        x, bottom + 16,
        with_commas(std::llround(static_cast<double>(recording.summary().cycles()) / 4 * tick)),
        tick == 0   ? "start"
        : tick == 4 ? "end"
                    : "middle");
  }
  svg.text(kNames, bottom + 32, "cycles");
  return svg.take();
}

Result<std::string> roofline_svg(const Recording& recording) {
  WEFT_TRY(check_tiles(recording));
  const Roofs& roofs = recording.floorplan().roofs();
  const auto cycles = static_cast<double>(std::max<std::int64_t>(1, recording.summary().cycles()));
  std::map<std::pair<int, int>, int> points;  // tenths of a power of two
  for (const TileTotals& tile : recording.tiles()) {
    const std::int64_t words = std::max(tile.words_sent(), tile.words_received());
    if (tile.macs() > 0 && words > 0) {
      const auto macs = static_cast<double>(tile.macs());
      ++points[{static_cast<int>(std::lround(10 * std::log2(macs / static_cast<double>(words)))),
                static_cast<int>(std::lround(10 * std::log2(macs / cycles)))}];
    }
  }
  if (points.empty() || roofs.macs() <= 0 || roofs.link_words() <= 0) {
    return input_error(
        "--svg roofline: no tile both multiplied and moved words in this run; draw the heatmap");
  }
  const double knee = roofs.macs() / roofs.link_words();
  const double read = roofs.weight_bytes() > 0 ? roofs.read_bytes() / roofs.weight_bytes() : 0;
  int low = 0;
  int most_tiles = 1;
  for (const auto& [place, tiles] : points) {
    low = std::min(low, place.second);
    most_tiles = std::max(most_tiles, tiles);
  }
  constexpr double kHeight = 420;
  const double x_least = std::min(points.begin()->first.first / 10.0, std::log2(knee)) - 1;
  const double x_most = std::max(points.rbegin()->first.first / 10.0, std::log2(knee)) + 1;
  const Axis x{std::floor(x_least), std::ceil(x_most), 70, kWidth - kRight};
  const Axis y{std::floor(low / 10.0) - 1, std::ceil(std::log2(roofs.macs())) + 1, kHeight - 50,
               kTop};
  Svg svg(kWidth, kHeight, title_of(recording, "roofline of a tile"));
  svg.text(12, 20, title_of(recording, "roofline of a tile"));
  for (int p = static_cast<int>(y.least); p <= static_cast<int>(y.most); ++p) {
    svg.line(x.from, y.at(std::exp2(p)), x.to, y.at(std::exp2(p)), "#e4e4e4");
    svg.text(x.from - 6, y.at(std::exp2(p)) + 4, power_text(p), "end");
  }
  for (int p = static_cast<int>(x.least); p <= static_cast<int>(x.most); ++p) {
    svg.text(x.at(std::exp2(p)), y.from + 16, power_text(p), "middle");
  }
  const double begin = std::exp2(std::max(x.least, y.least - std::log2(roofs.link_words())));
  svg.line(x.at(begin), y.at(begin * roofs.link_words()), x.at(knee), y.at(roofs.macs()), "#222");
  svg.line(x.at(knee), y.at(roofs.macs()), x.to, y.at(roofs.macs()), "#222");
  svg.text(x.to, y.at(roofs.macs()) - 5, fmt::format("tensor unit: {} MACs a cycle", roofs.macs()),
           "end");
  if (read > 0 && read < roofs.macs()) {
    svg.line(x.from, y.at(read), x.to, y.at(read), "#222", "4 3");
    svg.text(x.to, y.at(read) - 5, fmt::format("each weight read once: {} MACs a cycle", read),
             "end");
  }
  for (const auto& [place, tiles] : points) {
    svg.dot(x.at(std::exp2(place.first / 10.0)), y.at(std::exp2(place.second / 10.0)),
            1.5 + 6 * std::sqrt(static_cast<double>(tiles) / most_tiles), "#2a6f97");
  }
  svg.text((x.from + x.to) / 2, kHeight - 12,
           "MACs for each word a tile sends or receives, whichever is more", "middle");
  return svg.take();
}

}  // namespace weft::traces
