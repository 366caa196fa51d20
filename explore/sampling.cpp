// SPDX-License-Identifier: Apache-2.0
#include "explore/sampling.h"

#include <fmt/format.h>

#include <numeric>
#include <set>
#include <utility>

#include "base/counter_random.h"

namespace weft::explore {
namespace {

using Take = std::function<bool(const Coordinates&)>;

int size_of(const ResolvedAxis& axis) { return static_cast<int>(axis.values.size()); }

/// Like an odometer. An idle axis has one place, so only its first is taken.
void grid(const Axes& axes, const Take& take) {
  Coordinates digits(axes.axes.size(), 0);
  while (true) {
    Coordinates point = digits;
    bool wanted = axes.settle(point);
    for (std::size_t i = 0; i < point.size(); ++i) {
      wanted = wanted && (point[i] != kIdle || digits[i] == 0);
    }
    if (wanted && !take(point)) {
      return;
    }
    std::size_t i = digits.size();
    while (i > 0 && ++digits[i - 1] == size_of(axes.axes[i - 1])) {
      digits[--i] = 0;
    }
    if (i == 0) {
      return;
    }
  }
}

/// Points not taken before, until there are enough of them.
class Distinct {
 public:
  Distinct(const Axes& axes, std::int64_t wanted, const Take& take)
      : axes_(axes), wanted_(wanted), take_(take) {}

  bool enough() const { return stopped_ || std::ssize(seen_) >= wanted_; }
  std::int64_t count() const { return std::ssize(seen_); }
  void offer(Coordinates point) {
    if (!enough() && axes_.settle(point) && seen_.insert(point).second) {
      stopped_ = !take_(point);
    }
  }

 private:
  const Axes& axes_;
  std::int64_t wanted_;
  const Take& take_;
  std::set<Coordinates> seen_;
  bool stopped_ = false;
};

/// Draws that find nothing new before the search ends.
constexpr std::int64_t kIdleDraws = 10'000;

void random_points(const Axes& axes, const Sampling& sampling, Distinct& points) {
  const auto seed = static_cast<std::uint64_t>(sampling.seed());
  std::int64_t idle = 0;
  for (std::uint64_t draw = 0; !points.enough() && idle < kIdleDraws; ++draw) {
    Coordinates point;
    for (std::size_t i = 0; i < axes.axes.size(); ++i) {
      point.push_back(
          counter_below(seed, i, draw, static_cast<std::uint32_t>(size_of(axes.axes[i]))));
    }
    const std::int64_t before = points.count();
    points.offer(std::move(point));
    idle = points.count() > before ? 0 : idle + 1;
  }
}

/// Each round cuts every axis into as many strata as points are still missing and pairs them by
/// shuffles of their own; what is excluded or was there is made up for in the next round.
void latin_hypercube(const Axes& axes, const Sampling& sampling, Distinct& points) {
  const auto seed = static_cast<std::uint64_t>(sampling.seed());
  for (std::uint64_t round = 0; round < 50 && !points.enough(); ++round) {
    const std::int64_t strata = sampling.points() - points.count();
    std::vector<std::vector<std::int64_t>> order;
    for (std::size_t i = 0; i < axes.axes.size(); ++i) {
      std::vector<std::int64_t> shuffled(static_cast<std::size_t>(strata));
      std::iota(shuffled.begin(), shuffled.end(), 0);
      const std::uint64_t stream = round * axes.axes.size() + i;
      for (std::size_t k = shuffled.size(); k > 1; --k) {
        const auto other = counter_below(seed, stream, k, static_cast<std::uint32_t>(k));
        std::swap(shuffled[k - 1], shuffled[static_cast<std::size_t>(other)]);
      }
      order.push_back(std::move(shuffled));
    }
    for (std::int64_t k = 0; k < strata; ++k) {
      Coordinates point;
      for (std::size_t i = 0; i < axes.axes.size(); ++i) {
        const std::int64_t stratum = order[i][static_cast<std::size_t>(k)];
        point.push_back(static_cast<int>(stratum * size_of(axes.axes[i]) / strata));
      }
      points.offer(std::move(point));
    }
  }
}

}  // namespace

std::string each_point(const Axes& axes, const Sampling& sampling, const Take& take) {
  if (sampling.method() == Sampling::METHOD_GRID) {
    grid(axes, take);
    return {};
  }
  Distinct points(axes, sampling.points(), take);
  if (sampling.method() == Sampling::METHOD_RANDOM) {
    random_points(axes, sampling, points);
  } else {
    latin_hypercube(axes, sampling, points);
  }
  return points.enough() ? ""
                         : fmt::format("{} points were asked for, {} different ones were found",
                                       sampling.points(), points.count());
}

double grid_size(const Axes& axes) {
  double size = 1;
  for (const ResolvedAxis& axis : axes.axes) {
    size *= size_of(axis);
  }
  return size;
}

}  // namespace weft::explore
