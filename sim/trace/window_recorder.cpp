// SPDX-License-Identifier: Apache-2.0
#include "sim/trace/window_recorder.h"

#include <algorithm>
#include <tuple>

namespace weft::sim {

WindowRecorder::WindowRecorder(const Rect& region, const Window& window)
    : region_(region), window_(window) {
  events_.tiles = window.tiles;
  events_.begin = window.begin;
  events_.end = window.end;
  events_.stretches.resize(static_cast<std::size_t>(window.tiles.area()));
}

// Row-major over the window, or -1 outside.
std::int32_t WindowRecorder::place_of(std::int32_t tile) const {
  const int x = region_.x + tile % region_.width;
  const int y = region_.y + tile / region_.width;
  const Rect& tiles = window_.tiles;
  return tiles.contains(x, y) ? (y - tiles.y) * tiles.width + x - tiles.x : -1;
}

void WindowRecorder::spent(std::int32_t tile, const Stretch& stretch) {
  Stretch inside = stretch;
  inside.begin = std::max(stretch.begin, events_.begin);
  inside.end = std::min(stretch.end, events_.end);
  const std::int32_t place = inside.begin < inside.end ? place_of(tile) : -1;
  if (place < 0) {
    return;
  }
  auto& stretches = events_.stretches[static_cast<std::size_t>(place)];
  if (!stretches.empty() && stretches.back().same_kind(inside)) {
    stretches.back().end = inside.end;
    return;
  }
  stretches.push_back(inside);
  count_one();
}

void WindowRecorder::completed(const TrainEnd& end) {
  const std::int32_t place =
      end.first >= events_.begin && end.first < events_.end ? place_of(end.tile) : -1;
  if (place < 0) {
    return;
  }
  auto& ends = end.issues ? issues_ : consumptions_;
  ends.push_back(end);
  ends.back().tile = place;
  count_one();
}

void WindowRecorder::count_one() {
  for (++count_; count_ > window_.most_events && events_.end - events_.begin > 1;) {
    halve();
  }
}

void WindowRecorder::halve() {
  std::int64_t last = events_.begin + 1;
  for (const auto& stretches : events_.stretches) {
    last = std::max(last, stretches.empty() ? 0 : stretches.back().end);
  }
  // An open end is first brought down to a power of two, so that the cut does not depend on how
  // far some tile has come.
  if (events_.end == std::numeric_limits<std::int64_t>::max()) {
    std::int64_t length = 1;
    while (events_.begin + length < last) {
      length *= 2;
    }
    events_.end = events_.begin + length;
  }
  events_.cut = true;
  events_.end = events_.begin + (events_.end - events_.begin) / 2;
  count_ = 0;
  for (auto& stretches : events_.stretches) {
    const auto past = std::partition_point(stretches.begin(), stretches.end(),
                                           [&](const Stretch& s) { return s.begin < events_.end; });
    stretches.erase(past, stretches.end());
    if (!stretches.empty()) {
      stretches.back().end = std::min(stretches.back().end, events_.end);
    }
    count_ += static_cast<std::int64_t>(stretches.size());
  }
  for (auto* ends : {&issues_, &consumptions_}) {
    std::erase_if(*ends, [&](const TrainEnd& end) { return end.first >= events_.end; });
    count_ += static_cast<std::int64_t>(ends->size());
  }
}

// The n-th send of a tree feeds the n-th receive of each of its sinks, word for word.
void WindowRecorder::pair_trains() {
  const auto key = [](const TrainEnd& end) { return std::tuple(end.tree, end.word); };
  const auto before = [&](const TrainEnd& a, const TrainEnd& b) { return key(a) < key(b); };
  std::sort(issues_.begin(), issues_.end(), before);
  for (const TrainEnd& to : consumptions_) {
    const auto from = std::lower_bound(issues_.begin(), issues_.end(), to, before);
    if (from != issues_.end() && key(*from) == key(to)) {
      events_.trains.push_back({from->tile, to.tile, to.color, from->pc, to.pc, to.words,
                                from->first, to.first, to.end});
    }
  }
  std::sort(events_.trains.begin(), events_.trains.end(), [](const Train& a, const Train& b) {
    return std::tuple(a.issued, a.source, a.color, a.destination, a.consumed) <
           std::tuple(b.issued, b.source, b.color, b.destination, b.consumed);
  });
}

WindowEvents WindowRecorder::take(std::int64_t cycles) {
  pair_trains();
  events_.end = std::max(events_.begin, std::min(events_.end, cycles));
  return std::move(events_);
}

}  // namespace weft::sim
