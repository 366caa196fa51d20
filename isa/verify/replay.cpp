// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/replay.h"

#include <algorithm>

namespace weft::isa {

Replay::Replay(const CommTraces& traces, Net net, const std::function<bool()>& stop)
    : traces_(traces), net_(std::move(net)), stop_(stop), tiles_(traces.of_tile.size()) {
  for (const CommTrace& trace : traces.traces) {
    for (const CommStep& step : trace.steps) {
      if (step.kind == CommStep::Kind::loop) {
        levels_ = std::max<std::size_t>(levels_, step.level + std::size_t{1});
      }
    }
  }
  iterations_.resize(tiles_.size() * levels_);
  spare_ = 4 * static_cast<std::int64_t>(net_.nodes.size());
}

bool Replay::completes() {
  for (std::uint32_t tile = 0; tile < tiles_.size(); ++tile) {
    if (traces_.of_tile[tile] < 0) {
      tiles_[tile].halted = true;
    } else {
      advance(tile);
    }
  }
  settle();
  while (!paused_.empty() && !stop_()) {
    next_round();
  }
  return pending_ == 0 &&
         std::all_of(tiles_.begin(), tiles_.end(), [](const Tile& tile) { return tile.halted; });
}

// Until nothing moves but what is paused.
void Replay::settle() {
  constexpr std::int64_t kItemsBetweenAsking = 1 << 14;
  for (std::int64_t items = 1; !work_.empty(); ++items) {
    const std::uint32_t item = work_.back();
    work_.pop_back();
    if (item < tiles_.size()) {
      tiles_[item].queued = false;
      advance(item);
    } else {
      move_fork(item - static_cast<std::uint32_t>(tiles_.size()));
    }
    if (items % kItemsBetweenAsking == 0 && stop_()) {
      return;
    }
  }
}

void Replay::next_round() {
  std::vector<std::uint32_t> released;
  released.swap(paused_);
  const bool nothing_before = pending_ == 0 && under_way_ == 0;
  round_repeats_ = true;
  for (const std::uint32_t tile : released) {
    tiles_[tile].paused = false;
    advance(tile);
  }
  settle();
  if (!nothing_before || pending_ != 0 || under_way_ != 0 || !round_repeats_ ||
      paused_.size() != released.size()) {
    return;
  }
  const auto left = [&](std::uint32_t tile) -> std::uint32_t& {
    return iterations_left(tile, trace_of(tile).steps[tiles_[tile].at - 1].level);
  };
  std::uint32_t rounds = UINT32_MAX;
  for (const std::uint32_t tile : paused_) {
    rounds = std::min(rounds, left(tile) - 1);
  }
  for (const std::uint32_t tile : paused_) {
    left(tile) -= rounds;
  }
}

void Replay::advance(std::uint32_t index) {
  Tile& tile = tiles_[index];
  const std::vector<CommStep>& steps = trace_of(index).steps;
  while (true) {
    const Held held = move_pending(index);
    const CommStep* step = &steps[tile.at];
    if (tile.paused || tile.halted || (held.units & Held::kCore) != 0) {
      return;
    }
    while (step->kind != CommStep::Kind::transfer) {
      if (!take(index, *step, held)) {
        return;
      }
      step = &steps[tile.at];
    }
    issue(tile, *step);
  }
}

bool Replay::take(std::uint32_t index, const CommStep& step, const Held& held) {
  Tile& tile = tiles_[index];
  switch (step.kind) {
    case CommStep::Kind::wait:
      if ((held.events >> step.event & 1) != 0) {
        return false;
      }
      break;
    case CommStep::Kind::datapath:
      if ((held.units & Held::kDatapath) != 0) {
        return false;
      }
      break;
    case CommStep::Kind::loop:
      iterations_left(index, step.level) = step.amount;
      break;
    case CommStep::Kind::end:
      return repeat(index, step);
    default:
      tile.halted = true;
      return false;
  }
  ++tile.at;
  return true;
}

// At the end of an iteration; false when the tile pauses.
bool Replay::repeat(std::uint32_t index, const CommStep& end) {
  Tile& tile = tiles_[index];
  bool outermost = true;
  for (std::size_t level = 0; level < end.level; ++level) {
    outermost = outermost && iterations_left(index, level) == 1;
  }
  if (--iterations_left(index, end.level) == 0) {
    round_repeats_ = round_repeats_ && !outermost;
    ++tile.at;
    return true;
  }
  tile.at -= end.back - 1;
  if (outermost) {
    tile.paused = true;
    paused_.push_back(index);
  }
  return !outermost;
}

void Replay::issue(Tile& tile, const CommStep& step) {
  std::int32_t id = free_;
  if (id == kNone) {
    id = static_cast<std::int32_t>(pool_.size());
    pool_.emplace_back();
  } else {
    free_ = pool_[static_cast<std::size_t>(id)].next;
  }
  pool_[static_cast<std::size_t>(id)] = {kNone, tile.at, step.amount};
  std::int32_t* last = &tile.pending;
  while (*last != kNone) {
    last = &pool_[static_cast<std::size_t>(*last)].next;
  }
  *last = id;
  ++pending_;
  ++tile.at;
}

}  // namespace weft::isa
