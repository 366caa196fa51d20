// SPDX-License-Identifier: Apache-2.0
#include "traces/roofline.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "traces/figures.h"

namespace weft::traces {
namespace {

constexpr double kStep = 10;  // of a power of two

double cycles_of(const Bins& bins) {
  const auto rows = rows_of(bins);
  return std::accumulate(rows.begin(), rows.end(), 0.0, [](double sum, const BinRow& row) {
    return sum + static_cast<double>(row.cycles);
  });
}

}  // namespace

std::vector<RooflinePoint> roofline_of_tiles(const Recording& recording) {
  const auto cycles = static_cast<double>(std::max<std::int64_t>(1, recording.summary().cycles()));
  std::map<std::pair<long, long>, std::int64_t> counts;
  for (const TileTotals& tile : recording.tiles()) {
    const std::int64_t words = std::max(tile.words_sent(), tile.words_received());
    if (tile.macs() > 0 && words > 0) {
      const auto macs = static_cast<double>(tile.macs());
      ++counts[{std::lround(kStep * std::log2(macs / static_cast<double>(words))),
                std::lround(kStep * std::log2(macs / cycles))}];
    }
  }
  std::vector<RooflinePoint> points;
  for (const auto& [place, tiles] : counts) {
    points.push_back({std::exp2(static_cast<double>(place.first) / kStep),
                      std::exp2(static_cast<double>(place.second) / kStep), tiles, "", 0});
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.tiles > b.tiles; });
  return points;
}

std::vector<RooflinePoint> roofline_of_ops(const Recording& recording) {
  double all = 0;
  for (const OpTotals& op : recording.op_totals()) {
    all += cycles_of(op.bins());
  }
  std::vector<RooflinePoint> points;
  for (const OpTotals& op : recording.op_totals()) {
    const std::int64_t words = std::max(op.words_sent(), op.words_received());
    const double cycles = cycles_of(op.bins());
    if (op.macs() > 0 && words > 0 && cycles > 0 && !op.name().empty()) {
      const auto macs = static_cast<double>(op.macs());
      points.push_back(
          {macs / static_cast<double>(words), macs / cycles, 0, op.name(), cycles / all});
    }
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.share > b.share; });
  return points;
}

}  // namespace weft::traces
