// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "sim/timeline/timeline_recorder.h"
#include "sim/vector/engine.h"

// What tiles spent is looked at when a group goes to another op, before and after long waits, and
// before iterations pass by; in between it is taken as even.

namespace weft::sim::vector {
namespace {

constexpr int kLooksASlice = 2;
constexpr std::size_t kAhead = 6;  // tiles whose cells are fetched before they are needed

/// Calls body(index in planes, number of the tile) for the tiles of a group, from `first` on.
template <class Body>
void for_tiles(const Group& group, std::size_t first, Body&& body) {
  std::size_t number = first;
  for (const LaneRun& run : group.lanes) {
    auto k =
        static_cast<std::size_t>((run.y - group.box.y) * group.box.width + run.first - group.box.x);
    for (int i = 0; i < run.count; ++i, k += static_cast<std::size_t>(run.step), ++number) {
      body(k, number);
    }
  }
}

/// Where the sums of one wait lie: what was folded away may not be there.
class WaitSums {
 public:
  WaitSums(const WaitPlanes& waits, std::size_t which)
      : plane_(waits.planes()[which]->data()),
        before_(waits.before[which].empty() ? nullptr : waits.before[which].data()) {}

  std::uint32_t low(std::size_t k) const {
    return static_cast<std::uint32_t>(plane_[k]) +
           (before_ == nullptr ? 0 : static_cast<std::uint32_t>(before_[k]));
  }

 private:
  const std::int32_t* plane_;
  const std::int64_t* before_;
};

}  // namespace

void Engine::prepare_marks() {
  if (timeline_ == nullptr) {
    return;
  }
  marks_.resize(groups_.groups.size());
  for (std::size_t g = 0; g < marks_.size(); ++g) {
    const auto slots = static_cast<std::size_t>(groups_.groups[g].out_slots);
    marks_[g].words_out.assign(slots, 0);
    marks_[g].footprints.resize(slots);
  }
  std::vector<std::int32_t> places;
  places.reserve(static_cast<std::size_t>(region_.area()));
  for (std::size_t g = 0; g < marks_.size(); ++g) {
    marks_[g].first = places.size();
    for (const LaneRun& run : groups_.groups[g].lanes) {
      for (int i = 0; i < run.count; ++i) {
        places.push_back(run.y * region_.width + run.first + i * run.step);
      }
    }
  }
  tile_marks_.resize(places.size());
  timeline_->number_tiles(places);
}

bool Engine::long_enough(std::int64_t cycles) const {
  return timeline_ != nullptr && cycles * kLooksASlice >= timeline_->slice();
}

void Engine::mark_time(std::int32_t g) {
  const Group& group = groups_.groups[static_cast<std::size_t>(g)];
  const GroupState& state = states_[static_cast<std::size_t>(g)];
  TimeMark& mark = marks_[static_cast<std::size_t>(g)];
  const std::int64_t setup = state.setup - mark.setup;
  const std::int64_t compute = state.compute - mark.compute;
  const std::array<WaitSums, 3> waits{{{state.waits, 0}, {state.waits, 1}, {state.waits, 2}}};
  const std::int32_t* const plane = state.now.plane->data();
  const std::int64_t begin_of_plane = state.now.shift + state.epoch;
  for_tiles(group, mark.first, [&](std::size_t k, std::size_t tile) {
    timeline_->soon(tile + kAhead);
    const std::int64_t now = plane[k] + begin_of_plane;
    const std::int64_t to = timeline_->simulated(now);
    TileMark& last = tile_marks_[tile];
    const auto elapsed = static_cast<std::int32_t>(static_cast<std::uint32_t>(to) - last.at);
    if (elapsed <= 0) {
      return;
    }
    TimelineRecorder::Spent spent{};
    const auto bin = [&](Bin which) -> std::int64_t& {
      return spent[static_cast<std::size_t>(which)];
    };
    std::int64_t moving = elapsed - setup - compute;
    const auto waited = [&](std::size_t which) {
      const std::uint32_t total = waits[which].low(k);
      const std::int64_t since = total - last.waits[which];
      last.waits[which] = total;
      moving -= since;
      return since;
    };
    bin(Bin::setup) = setup;
    bin(Bin::compute) = compute;
    bin(Bin::unit) = waited(0);
    bin(Bin::input) = waited(1);
    bin(Bin::output) = waited(2);
    bin(Bin::moving) = std::max<std::int64_t>(0, moving);
    timeline_->spent_since(static_cast<std::int32_t>(tile), to - elapsed, now, spent);
    last.at = static_cast<std::uint32_t>(to);
  });
  mark.setup = state.setup;
  mark.compute = state.compute;
  const std::int64_t begin = mark.looked;
  mark.looked = std::max(mark.looked, timeline_->simulated(state.now.high + state.epoch));
  for (std::size_t slot = 0; slot < mark.words_out.size(); ++slot) {
    const std::int64_t words = state.words_out[slot] - mark.words_out[slot];
    if (words > 0) {
      timeline_->sent(mark.footprints[slot], begin, mark.looked, words);
    }
    mark.words_out[slot] = state.words_out[slot];
  }
}

// At another op: where enough time went by since it was last looked at.
void Engine::look_at(std::int32_t g) {
  const GroupState& state = states_[static_cast<std::size_t>(g)];
  if (timeline_ != nullptr && long_enough(timeline_->simulated(state.now.high + state.epoch) -
                                          marks_[static_cast<std::size_t>(g)].looked)) {
    mark_time(g);
  }
}

void Engine::look_before_repeat() {
  for (std::size_t g = 0; timeline_ != nullptr && g < states_.size(); ++g) {
    if (groups_.groups[g].tiles > 0 && !states_[g].halted) {
      mark_time(static_cast<std::int32_t>(g));
    }
  }
}

// What passed by was counted, and takes no simulated time.
void Engine::look_after_repeat() {
  for (const std::int32_t g : held_) {
    const GroupState& state = states_[static_cast<std::size_t>(g)];
    TimeMark& mark = marks_[static_cast<std::size_t>(g)];
    mark.setup = state.setup;
    mark.compute = state.compute;
    mark.words_out = state.words_out;
    const std::array<WaitSums, 3> waits{{{state.waits, 0}, {state.waits, 1}, {state.waits, 2}}};
    for_tiles(groups_.groups[static_cast<std::size_t>(g)], mark.first,
              [&](std::size_t k, std::size_t tile) {
                for (std::size_t which = 0; which < waits.size(); ++which) {
                  tile_marks_[tile].waits[which] = waits[which].low(k);
                }
              });
  }
}

}  // namespace weft::sim::vector
