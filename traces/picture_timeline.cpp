// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "traces/figures.h"
#include "traces/layout.h"
#include "traces/pictures.h"
#include "traces/svg.h"

namespace weft::traces {
namespace {

constexpr double kWidth = 900;
constexpr double kTop = 34;
constexpr double kNames = 130;
constexpr double kRight = 56;

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

/// Cycles from tick to tick: 1, 2 or 5 times a power of ten, five to eleven ticks in all.
std::int64_t round_step(std::int64_t cycles) {
  std::int64_t power = 1;
  while (power <= cycles / 20) {
    power *= 10;
  }
  const std::int64_t leading = cycles / power;
  return leading >= 10 ? 2 * power : leading >= 5 ? power : std::max<std::int64_t>(1, power / 2);
}

}  // namespace

Result<std::string> timeline_svg(const Recording& recording) {
  if (recording.ops().empty() || recording.summary().cycles() <= 0) {
    return input_error("--svg timeline: no op ended in this run; draw the heatmap");
  }
  std::vector<std::string> names;
  std::map<std::string, std::size_t> index;
  std::vector<Lane> lanes;
  const std::int64_t cycles = recording.summary().cycles();
  const double scale = (kWidth - kNames - kRight) / static_cast<double>(cycles);
  const std::vector<NamedCycles> taken = figures_of(recording).ops;
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
    svg.text(kWidth - 10, y + 12,
             fmt::format("{:.1f} %", 100 * static_cast<double>(taken[lane].cycles) /
                                         static_cast<double>(cycles)),
             "end");
    for (const auto& [from, to] : lanes[lane].boxes()) {
      svg.rect(from, y + 2, std::max(0.4, to - from), kLane - 4, "#2a6f97");
    }
  }
  const std::int64_t step = round_step(cycles);
  for (std::int64_t tick = 0; tick <= cycles / step; ++tick) {
    const std::int64_t at = tick * step;
    const double x = kNames + static_cast<double>(at) * scale;
    svg.line(x, bottom, x, bottom + 4, "#222");
    svg.text(x, bottom + 16, with_commas(at), at == 0 ? "start" : "middle");
  }
  const Summary& summary = recording.summary();
  svg.text(kNames, bottom + 34,
           summary.frequency() > 0
               ? fmt::format("cycles; the run takes {}, {} at {}", with_commas(cycles),
                             human_seconds(static_cast<double>(cycles) / summary.frequency()),
                             human_hertz(summary.frequency()))
               : fmt::format("cycles; the run takes {}", with_commas(cycles)));
  return svg.take();
}

}  // namespace weft::traces
