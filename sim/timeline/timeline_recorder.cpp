// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/timeline_recorder.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace weft::sim {
namespace {

constexpr int kCoarseShift = 2;  // a cell is 2^2 tiles wide where there are too many
constexpr int kTileLinks = 4;    // links out of a tile
// Slices to begin with: short ones cost a look at every tile each.
constexpr int kFirstShift = 6;
constexpr int kFirstShiftCoarse = 11;

std::uint8_t share_of(std::uint64_t part, std::uint64_t whole) {
  constexpr std::uint64_t kAll = 255;
  return whole == 0 ? std::uint8_t{0}
                    : static_cast<std::uint8_t>(std::min(kAll, (part * kAll + whole / 2) / whole));
}

// What is left out of a stretch during which iterations passed by: it was waiting then.
void leave_out(std::int64_t excess, TimelineRecorder::Spent& cycles) {
  for (const Bin bin : {Bin::input, Bin::output, Bin::unit, Bin::memory, Bin::moving}) {
    std::int64_t& here = cycles[static_cast<std::size_t>(bin)];
    const std::int64_t taken = std::clamp<std::int64_t>(excess, 0, here);
    here -= taken;
    excess -= taken;
  }
}

}  // namespace

LinkFootprint::LinkFootprint(const std::vector<std::int32_t>& links, std::size_t first,
                             std::size_t last) {
  for (std::size_t cell = first; cell <= last; ++cell) {
    if (links[cell] != 0) {
      add(static_cast<std::int32_t>(cell), static_cast<std::uint32_t>(links[cell]));
    }
  }
}

LinkFootprint::LinkFootprint(std::span<const std::int32_t> cells) {
  for (auto at = cells.begin(); at != cells.end();) {
    const auto past = std::find_if(at, cells.end(), [&](std::int32_t cell) { return cell != *at; });
    add(*at, static_cast<std::uint32_t>(past - at));
    at = past;
  }
}

void LinkFootprint::add(std::int32_t cell, std::uint32_t links) {
  if (!runs.empty() && runs.back().links == links && runs.back().cell + runs.back().cells == cell) {
    ++runs.back().cells;
  } else {
    runs.push_back({cell, 1, links});
  }
}

TimelineRecorder::TimelineRecorder(const Rect& region, const TimelineLimits& limits)
    : region_(region) {
  scale_shift_ = region.area() > limits.most_cells ? kCoarseShift : 0;
  scale_ = 1 << scale_shift_;
  width_ = (region.width + scale_ - 1) / scale_;
  height_ = (region.height + scale_ - 1) / scale_;
  cells_ = std::int64_t{width_} * height_;
  // And power. The most of a tile is told where cells are more than that, of a link always.
  const std::int64_t series = scale_ > 1 ? 2 * (kSeries + 1) : kSeries + 2;
  const std::int64_t bytes = cells_ * series;
  most_slices_ = static_cast<int>(std::clamp<std::int64_t>(
      limits.most_bytes / std::max<std::int64_t>(1, bytes), 2, std::max(2, limits.most_slices)));
  most_slices_ -= most_slices_ % 2;
  kept_.reserve(at(most_slices_, 0));  // room, not memory: what is reached is taken
  open_.resize(static_cast<std::size_t>(region.area()));
  in_slice_.resize(open_.size());
  shift_ = scale_ > 1 ? kFirstShiftCoarse : kFirstShift;
  slice_ = std::int64_t{1} << shift_;
  cell_of_.reserve(open_.size());
  for (int y = 0; y < region.height; ++y) {
    for (int x = 0; x < region.width; ++x) {
      cell_of_.push_back(cell_at(x, y));
    }
  }
}

void TimelineRecorder::number_tiles(std::span<const std::int32_t> places) {
  open_.assign(places.size(), {});
  in_slice_.assign(places.size(), 0);
  cell_of_.clear();
  for (const std::int32_t place : places) {
    cell_of_.push_back(cell_at(place % region_.width, place / region_.width));
  }
}

// Makes room for slices up to the one `cycle` lies in.
void TimelineRecorder::make_room(std::int64_t cycle) {
  while (cycle >> shift_ >= most_slices_) {
    halve();
  }
  const std::size_t needed = at((cycle >> shift_) + 1, 0);
  if (kept_.size() < needed) {
    kept_.resize(needed);
    reached_ = (cycle >> shift_) + 1;
  }
}

// The larger share of two halves stands for both: no tile had more of either. Of links words are
// counted: none carried more than the sum.
void TimelineRecorder::halve() {
  const auto stride = static_cast<std::size_t>(cells_);
  const std::size_t slices = kept_.size() / stride;
  for (std::size_t s = 0; s < slices; ++s) {
    for (std::size_t k = 0; k < stride; ++k) {
      const Cell from = kept_[s * stride + k];
      Cell& to = kept_[s / 2 * stride + k];
      to = s % 2 == 0 ? Cell{} : to;
      for (std::size_t bin = 0; bin < kTold; ++bin) {
        to.sum[bin] += from.sum[bin];
        to.max[bin] = std::max(to.max[bin], 2 * from.max[bin]);
      }
      to.sum[kTold] += from.sum[kTold];
      to.max[kTold] += from.max[kTold];
    }
  }
  kept_.resize((slices + 1) / 2 * stride);
  slice_ *= 2;
  ++shift_;
  reached_ = (reached_ + 1) / 2;
  for (std::int32_t& slice : in_slice_) {
    slice /= 2;
  }
}

void TimelineRecorder::flush(std::int32_t tile) {
  const auto index = static_cast<std::size_t>(tile);
  const std::int64_t slice = in_slice_[index];
  reach(slice << shift_);
  Cell& cell = kept_[at(slice, cell_of_[index])];
  const Open open = open_[index];
  open_[index] = {};
  for (std::size_t lane = 0; lane < kKept; ++lane) {
    cell.sum[lane] += static_cast<std::uint32_t>(open.cycles[lane]);
    cell.max[lane] = std::max(cell.max[lane], open.cycles[lane]);
  }
}

void TimelineRecorder::spent(std::int32_t tile, std::int64_t from, std::int64_t to, Spent cycles) {
  spent_since(tile, from - removed_, to, cycles);
}

void TimelineRecorder::spread(std::int32_t tile, std::int64_t from, std::int64_t to, Spent cycles) {
  const std::int64_t told = std::accumulate(cycles.begin(), cycles.end(), std::int64_t{0});
  if (told > to - from) {
    leave_out(told - (to - from), cycles);
  }
  reach(to - 1);
  Open& open = open_[static_cast<std::size_t>(tile)];
  std::int32_t& slice = in_slice_[static_cast<std::size_t>(tile)];
  while (from < to) {
    const auto here = static_cast<std::int32_t>(from >> shift_);
    if (here != slice) {
      flush(tile);
      slice = here;
    }
    const std::int64_t end = (std::int64_t{here} + 1) * slice_;
    if (end >= to) {  // what is left
      for (std::size_t bin = 0; bin < kTold; ++bin) {
        open.cycles[bin] += static_cast<std::int32_t>(cycles[bin]);
      }
      return;
    }
    std::int64_t rounded_off =
        std::accumulate(cycles.begin(), cycles.end(), std::int64_t{0}) * (end - from) / (to - from);
    for (std::size_t bin = 0; bin < kTold; ++bin) {
      const std::int64_t part = cycles[bin] == 0 ? 0 : cycles[bin] * (end - from) / (to - from);
      open.cycles[bin] += static_cast<std::int32_t>(part);
      cycles[bin] -= part;
      rounded_off -= part;
    }
    for (std::size_t bin = 0; rounded_off > 0 && bin < kTold; ++bin) {
      const std::int64_t part = std::min(rounded_off, cycles[bin]);
      open.cycles[bin] += static_cast<std::int32_t>(part);
      cycles[bin] -= part;
      rounded_off -= part;
    }
    from = end;
  }
}

void TimelineRecorder::sent(const LinkFootprint& footprint, std::int64_t from, std::int64_t to,
                            std::int64_t words) {
  to = std::max(to, from + 1);
  reach(to - 1);
  while (from < to) {
    const std::int64_t slice = from / slice_;
    const std::int64_t end = std::min(to, (slice + 1) * slice_);
    const auto part = static_cast<std::uint32_t>(words * (end - from) / (to - from));
    words -= part;
    for (const LinkFootprint::Run& run : footprint.runs) {
      for (std::int32_t cell = run.cell; cell < run.cell + run.cells; ++cell) {
        Cell& here = kept_[at(slice, cell)];
        here.sum[kTold] += part * run.links;
        here.max[kTold] += static_cast<std::int32_t>(part);
      }
    }
    from = end;
  }
}

void TimelineRecorder::added(std::int64_t at, std::int64_t iterations, std::int64_t period) {
  added_.push_back({at - removed_, iterations, period});
  removed_ += iterations * period;
}

RunTimeline TimelineRecorder::take(std::int64_t cycles) {
  RunTimeline timeline;
  timeline.cycles = cycles - removed_;
  reach(std::max<std::int64_t>(0, timeline.cycles - 1));
  for (std::int32_t tile = 0; tile < static_cast<std::int32_t>(open_.size()); ++tile) {
    flush(tile);
  }
  timeline.scale = scale_;
  timeline.width = width_;
  timeline.height = height_;
  timeline.slice = slice_;
  timeline.slices = static_cast<int>((timeline.cycles + slice_ - 1) / slice_);
  timeline.added = std::move(added_);
  const auto size = static_cast<std::size_t>(timeline.slices * cells_);
  for (std::size_t series = 0; series < kSeries; ++series) {
    timeline.mean[series].resize(size);
    timeline.max[series].resize(scale_ > 1 || series == kLinkSeries ? size : 0);
  }
  for (std::int64_t slice = 0; slice < timeline.slices; ++slice) {
    const auto length =
        static_cast<std::uint64_t>(std::min(slice_, timeline.cycles - slice * slice_));
    for (std::int32_t cell = 0; cell < cells_; ++cell) {
      const auto in_cell = [&](int extent, int first) {
        return static_cast<std::uint64_t>(std::min(scale_, extent - first * scale_));
      };
      const std::uint64_t tiles =
          in_cell(region_.width, cell % width_) * in_cell(region_.height, cell / width_);
      const auto to = static_cast<std::size_t>(slice * cells_ + cell);
      const Cell& kept = kept_[to];
      std::uint64_t told = 0;
      for (std::size_t bin = 0; bin < kTold; ++bin) {
        const std::uint64_t sum = kept.sum[bin];
        told += sum;
        timeline.mean[bin][to] = share_of(sum, tiles * length);
        if (scale_ > 1) {
          timeline.max[bin][to] = share_of(static_cast<std::uint64_t>(kept.max[bin]), length);
        }
      }
      const std::uint64_t least = tiles * length - std::min(told, tiles * length);
      timeline.mean[kTold][to] = share_of(least, tiles * length);
      timeline.mean[kLinkSeries][to] = share_of(kept.sum[kTold], tiles * kTileLinks * length);
      if (scale_ > 1) {
        timeline.max[kTold][to] = share_of(std::min(least, length), length);
      }
      timeline.max[kLinkSeries][to] = share_of(static_cast<std::uint64_t>(kept.max[kTold]), length);
    }
  }
  return timeline;
}

}  // namespace weft::sim
