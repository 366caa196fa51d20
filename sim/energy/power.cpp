// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/power.h"

#include <algorithm>
#include <cmath>

namespace weft::sim {
namespace {

/// Series that energy follows.
constexpr std::size_t kFollowed = 4;
constexpr std::array<std::size_t, kFollowed> kSeriesOf{
    static_cast<std::size_t>(Bin::compute), static_cast<std::size_t>(Bin::setup),
    static_cast<std::size_t>(Bin::moving), kLinkSeries};
constexpr unsigned kCompute = 1, kSetup = 2, kMoving = 4, kLink = 8;
constexpr unsigned kBusy = kCompute | kSetup | kMoving;

/// Which of them, by kind: the one place that says so.
constexpr std::array<unsigned, kEnergyKinds> kFollows{
    kCompute,            // mac
    kCompute | kMoving,  // lane
    kCompute,            // special
    kCompute | kMoving,  // sram
    kSetup,              // instruction
    kLink,               // ramp
    kLink,               // hop
    0,                   // idle: every cycle alike
};

using Shares = std::array<double, kFollowed>;

/// Tiles of one cell.
struct Cell {
  int tiles = 0;
  std::array<double, kEnergyKinds> energy{};  ///< picojoules
  Shares cycles{};                            ///< each series, summed over the cycles of the run
  Shares rates{};                             ///< picojoules a cycle and tile at a whole share
  double even = 0;                            ///< … whatever the tiles do

  void set_rates(double run) {
    for (std::size_t kind = 0; kind < kEnergyKinds; ++kind) {
      const auto over = [&](unsigned series) {
        double sum = 0;
        for (std::size_t i = 0; i < kFollowed; ++i) {
          sum += (series >> i & 1U) != 0 ? cycles[i] : 0;
        }
        return sum;
      };
      const unsigned series = over(kFollows[kind]) > 0 ? kFollows[kind] : kBusy;
      const double sum = over(series);
      const double spent = energy[kind] / tiles;
      even += sum > 0 ? 0 : spent / run;
      for (std::size_t i = 0; i < kFollowed && sum > 0; ++i) {
        rates[i] += (series >> i & 1U) != 0 ? spent / sum : 0;
      }
    }
  }
  /// Picojoules a cycle and tile, idle draw aside.
  double power(const Shares& shares) const {
    double sum = even;
    for (std::size_t i = 0; i < kFollowed; ++i) {
      sum += rates[i] * shares[i];
    }
    return sum;
  }
};

double share(std::uint8_t byte) {
  constexpr double kAll = 255;
  return byte / kAll;
}

Shares mean_shares(const RunTimeline& timeline, std::size_t at) {
  Shares shares;
  for (std::size_t i = 0; i < kFollowed; ++i) {
    shares[i] = share(timeline.mean[kSeriesOf[i]][at]);
  }
  return shares;
}

// The most of a link is one of the four a tile has.
Shares max_shares(const RunTimeline& timeline, std::size_t at) {
  constexpr double kLinks = 4;
  Shares shares = mean_shares(timeline, at);
  for (std::size_t i = 0; i < kFollowed; ++i) {
    const double most = share(timeline.max[kSeriesOf[i]][at]);
    shares[i] = std::max(shares[i], kSeriesOf[i] == kLinkSeries ? most / kLinks : most);
  }
  return shares;
}

std::vector<Cell> cells_of(const EnergyAccount& account, const RunTimeline& timeline,
                           int region_width, double idle) {
  std::vector<Cell> cells(static_cast<std::size_t>(timeline.width) *
                          static_cast<std::size_t>(timeline.height));
  for (std::size_t tile = 0; tile < account.tiles.size(); ++tile) {
    const int x = static_cast<int>(tile) % region_width / timeline.scale;
    const int y = static_cast<int>(tile) / region_width / timeline.scale;
    Cell& cell = cells[static_cast<std::size_t>(y) * static_cast<std::size_t>(timeline.width) +
                       static_cast<std::size_t>(x)];
    ++cell.tiles;
    double hops = account.tiles[tile] - idle;
    if (const std::int32_t script = account.script_of[tile]; script >= 0) {
      for (std::size_t kind = 0; kind < kEnergyKinds; ++kind) {
        const double spent = account.scripts[static_cast<std::size_t>(script)][kind];
        cell.energy[kind] += spent;
        hops -= spent;
      }
    }
    cell.energy[static_cast<std::size_t>(EnergyKind::hop)] += std::max(0.0, hops);
  }
  return cells;
}

}  // namespace

std::optional<PowerSeries> power_over_time(const EnergyAccount& account,
                                           const arch::Machine& machine,
                                           const RunTimeline& timeline, int region_width) {
  const std::vector<std::int64_t> lengths = timeline.cycles_of_slices();
  double run = 0;
  for (const std::int64_t length : lengths) {
    run += static_cast<double>(length);
  }
  if (!account.unknown_because.empty() || run <= 0 || account.total() <= 0) {
    return std::nullopt;
  }
  const double idle = account.kinds[static_cast<std::size_t>(EnergyKind::idle)] /
                      static_cast<double>(account.tiles.size());
  std::vector<Cell> cells = cells_of(account, timeline, region_width, idle);
  const auto slices = static_cast<std::size_t>(timeline.slices);
  for (std::size_t slice = 0; slice < slices; ++slice) {
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      const Shares shares = mean_shares(timeline, slice * cells.size() + cell);
      for (std::size_t i = 0; i < kFollowed; ++i) {
        cells[cell].cycles[i] += shares[i] * static_cast<double>(lengths[slice]);
      }
    }
  }
  for (Cell& cell : cells) {
    cell.set_rates(run);
  }
  // Once for the most of all, which is what 255 stands for, and once for the bytes.
  const bool coarse = timeline.scale > 1;
  PowerSeries series;
  double top = 0;
  const auto each = [&](const auto& tell) {
    for (std::size_t slice = 0; slice < slices; ++slice) {
      for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        const std::size_t at = slice * cells.size() + cell;
        const double mean = cells[cell].power(mean_shares(timeline, at));
        tell(at, mean, coarse ? cells[cell].power(max_shares(timeline, at)) : mean);
      }
    }
  };
  each([&](std::size_t, double, double most) { top = std::max(top, most); });
  series.mean.resize(slices * cells.size());
  series.max.resize(coarse ? series.mean.size() : 0);
  if (top > 0) {
    constexpr double kAll = 255;
    each([&](std::size_t at, double mean, double most) {
      series.mean[at] = static_cast<std::uint8_t>(std::lround(kAll * mean / top));
      if (coarse) {
        series.max[at] = static_cast<std::uint8_t>(std::lround(kAll * most / top));
      }
    });
  }
  const double watts = machine.frequency() * 1e-12;  // of a picojoule a cycle
  series.least = idle / run * watts;
  series.most = series.least + top * watts;
  return series;
}

}  // namespace weft::sim
