// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/repeat.h"

#include <algorithm>

#include "sim/vector/engine.h"

// The remaining iterations of a loop are added, not run, once *all* state recurs relative to now:
// every time that can still matter has moved by the same number of cycles since the iteration
// before, and nothing else has changed. Times that lie before the slowest tile are equal whatever
// they are: each is only ever the smaller side of a maximum.

namespace weft::sim::vector {
namespace {

constexpr std::int64_t kFar = std::int64_t{1} << 29;

void leave_tail(Tail& tail, std::int64_t cycles) {
  tail.end = tail.end.plus(-cycles);
  tail.first = tail.first.plus(-cycles);
  if (tail.end.high < -kFar) {
    tail = {};
  }
}

void leave_tail(PaceTail& tail, std::int64_t cycles) {
  tail.last = tail.last.plus(-cycles);
  if (tail.last.high < -kFar) {
    tail = {};
  }
}

bool same_counts(const GroupState& a, const GroupState& b) {
  return a.in_trains == b.in_trains && a.out_trains == b.out_trains &&
         a.words_sent == b.words_sent && a.instructions == b.instructions;
}

// Neither took a step nor had a train worked out, be its program at an end or not.
bool idle_since(const GroupState& before, const GroupState& now) {
  return (now.halted || now.waits_for != nullptr) && now.waits_for == before.waits_for &&
         now.posted == before.posted && now.at == before.at && same_counts(before, now);
}

// A program may end before its transfers do.
bool ended(const GroupState& state) { return state.halted && state.posted.empty(); }

// Can an instruction to come still notice that one of its transfers takes time?
bool under_way(const GroupState& state) {
  return std::any_of(state.events.begin(), state.events.end(), [&](const OperationPtr& event) {
    return event != nullptr && (!event->worked_out || event->end().high > state.now.low);
  });
}

}  // namespace

// The group finished an iteration, has more to do and nothing under way: it stands still until all
// others do, wait or have ended.
bool Engine::hold(std::int32_t g) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  if (!options_repeat_ || !state.posted.empty() || under_way(state)) {
    return false;
  }
  held_.push_back(g);
  return true;
}

void Engine::release_held() {
  if (!held_.empty()) {
    at_boundary();
  }
  for (const std::int32_t g : held_) {
    queue(g);
  }
  held_.clear();
}

void Engine::at_boundary() {
  std::sort(held_.begin(), held_.end());
  std::vector<std::int64_t> key;
  std::int64_t left = INT64_MAX;
  std::int64_t low = INT64_MAX;
  for (const std::int32_t g : held_) {
    const GroupState& state = states_[static_cast<std::size_t>(g)];
    key.push_back(g);
    key.push_back(static_cast<std::int64_t>(state.at));
    left = std::min(left, innermost(state).left);
    low = std::min(low, state.now.low);
  }
  for (std::size_t g = 0; g < states_.size(); ++g) {
    const GroupState& state = states_[g];
    const bool held = std::binary_search(held_.begin(), held_.end(), static_cast<std::int32_t>(g));
    if (state.halted || held) {
      continue;
    }
    const bool waits = state.waits_for != nullptr && state.waits_for->earlier == 0 &&
                       state.waits_for->start.high <= low;
    if (!waits) {
      return;
    }
  }
  Boundary& boundary = boundaries_[key];
  std::erase(recording_, &boundary);
  if (left >= boundary.left) {  // entered anew
    boundary.visits = 0;
    boundary.before.reset();
  }
  boundary.left = left;
  ++boundary.visits;
  if (boundary.before != nullptr && left > 1) {
    settle_held();
    const std::int64_t period = recurs_after(*boundary.before);
    if (period > 0) {
      repeat(boundary, left - 1, period);
      boundary.left = 1;
    }
  }
  boundary.before.reset();
  // Looks at iterations 1, 2, 3, 4, 6, 8, 12, …: a snapshot costs some passes.
  std::int64_t power = 1;
  while (power * 2 <= boundary.visits) {
    power *= 2;
  }
  if (boundary.left > 2 && (boundary.visits == power || boundary.visits * 2 == power * 3)) {
    settle_held();
    boundary.before = take_snapshot(low);
  }
  boundary.ends.clear();
  boundary.uses.clear();
  if (boundary.before != nullptr) {
    recording_.push_back(&boundary);
  }
}

const GroupState::Loop& Engine::innermost(const GroupState& state) {
  return state
      .loops[static_cast<std::size_t>(state.open[static_cast<std::size_t>(state.depth - 1)])];
}

GroupState::Loop& Engine::innermost(GroupState& state) {
  return state
      .loops[static_cast<std::size_t>(state.open[static_cast<std::size_t>(state.depth - 1)])];
}

std::unique_ptr<Snapshot> Engine::take_snapshot(std::int64_t low) const {
  auto snapshot = std::make_unique<Snapshot>();
  for (std::size_t g = 0; g < states_.size(); ++g) {
    snapshot->groups.push_back(
        {states_[g], std::binary_search(held_.begin(), held_.end(), static_cast<std::int32_t>(g))});
  }
  snapshot->fork_tails = fork_tails_;
  snapshot->epoch = epoch_;
  snapshot->turns = turns_;
  snapshot->low = low + epoch_;
  return snapshot;
}

std::int64_t Engine::link_meetings() const {
  std::int64_t meetings = 0;
  for (const auto& [index, link] : shared_links_) {
    meetings += link.meetings();
  }
  return meetings;
}

bool Engine::shifted(const Group& group, const Times& before, const Times& now,
                     std::int64_t by) const {
  if (now.low - before.low != by || now.high - before.high != by) {
    return false;
  }
  if (before.plane == now.plane) {
    return now.shift - before.shift == by;
  }
  const auto difference = static_cast<std::int32_t>(by + before.shift - now.shift);
  bool same = true;
  for_rows(group, [&](std::ptrdiff_t from, int stride, int count) {
    const std::int32_t* a = before.plane->data() + from;
    const std::int32_t* b = now.plane->data() + from;
    std::int32_t unequal = 0;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      unequal |= b[i * stride] - a[i * stride] - difference;
    }
    same = same && unequal == 0;
  });
  return same;
}

bool Engine::alike(const Group& group, const std::shared_ptr<PlanePool::Plane>& a,
                   const std::shared_ptr<PlanePool::Plane>& b) const {
  if (a == b || a == nullptr || b == nullptr) {
    return a == b;
  }
  return shifted(group, {a, 0, 0, 0}, {b, 0, 0, 0}, 0);
}

// Cycles that everything has moved by since the snapshot; 0: something has changed otherwise.
std::int64_t Engine::recurs_after(const Snapshot& before) const {
  std::int64_t low = INT64_MAX;
  for (const std::int32_t g : held_) {
    low = std::min(low, states_[static_cast<std::size_t>(g)].now.low + epoch_);
  }
  const std::int64_t period = low - before.low;
  // Planes of the snapshot count from another epoch.
  const std::int64_t by = period + before.epoch - epoch_;
  const auto past = [&](const Times& a, const Times& b) {
    return a.high + before.epoch <= before.low && b.high + epoch_ <= low;
  };
  for (std::size_t g = 0; g < states_.size(); ++g) {
    const GroupState& now = states_[g];
    const GroupState& then = before.groups[g].state;
    const bool held = std::binary_search(held_.begin(), held_.end(), static_cast<std::int32_t>(g));
    if (held != before.groups[g].held || now.halted != then.halted) {
      return 0;
    }
    if (!held) {
      if (!idle_since(then, now)) {
        return 0;
      }
      continue;
    }
    if (now.at != then.at || now.depth != then.depth || now.open != then.open) {
      return 0;
    }
    for (int d = 0; d < now.depth; ++d) {
      const auto level = static_cast<std::size_t>(now.open[static_cast<std::size_t>(d)]);
      const std::int64_t fewer = d + 1 == now.depth ? 1 : 0;
      if (then.loops[level].left - now.loops[level].left != fewer) {
        return 0;
      }
    }
    if (!shifted(groups_.groups[g], then.now, now.now, by)) {
      return 0;
    }
    for (std::size_t slot = 0; slot < now.in_tails.size(); ++slot) {
      const Tail& a = then.in_tails[slot];
      const Tail& b = now.in_tails[slot];
      const bool none = a.words == 0 && b.words == 0;
      if (none || (a.words > 0 && b.words > 0 && past(a.end, b.end))) {
        continue;
      }
      if (a.words != b.words || a.clean != b.clean || a.issues != b.issues ||
          !shifted(groups_.groups[g], a.end, b.end, by) ||
          (pace_.slow() && !shifted(groups_.groups[g], a.first, b.first, by)) ||
          !alike(groups_.groups[g], a.shape, b.shape)) {
        return 0;
      }
    }
    for (std::size_t slot = 0; slot < now.pace_tails.size(); ++slot) {
      const PaceTail& a = then.pace_tails[slot];
      const PaceTail& b = now.pace_tails[slot];
      const std::int64_t forgotten = pace_.forgets();
      if ((!a.any && !b.any) ||
          (a.any && b.any && past(a.last.plus(forgotten), b.last.plus(forgotten)))) {
        continue;
      }
      if (a.any != b.any || !shifted(groups_.groups[g], a.last, b.last, by) ||
          a.phase.shift != b.phase.shift ||
          !alike(groups_.groups[g], a.phase.plane, b.phase.plane)) {
        return 0;
      }
    }
  }
  for (std::size_t color = 0; color < fork_tails_.size(); ++color) {
    const auto& a = before.fork_tails[color];
    const auto& b = fork_tails_[color];
    if (a.size() != b.size()) {
      return 0;
    }
    for (std::size_t k = 0; k < a.size(); ++k) {
      const bool gone = a[k] + before.epoch <= before.low && b[k] + epoch_ <= low;
      if (!gone && b[k] - a[k] != by) {
        return 0;
      }
    }
  }
  const bool in_turn =
      turns_.recur(before.turns, before.epoch - epoch_, period, before.low - before.epoch);
  return in_turn ? std::max<std::int64_t>(0, period) : 0;
}

// The iterations pass by as a change of epoch: what recurs stays as it is, what waits since before
// falls behind.
void Engine::repeat(const Boundary& boundary, std::int64_t iterations, std::int64_t period) {
  const Snapshot& before = *boundary.before;
  const std::int64_t cycles = iterations * period;
  look_before_repeat();
  repeats_.push_back({Cycle(before.low), iterations, period});
  for (std::size_t g = 0; g < states_.size(); ++g) {
    GroupState& now = states_[g];
    if (ended(now)) {
      continue;
    }
    if (!std::binary_search(held_.begin(), held_.end(), static_cast<std::int32_t>(g))) {
      fall_behind(now, cycles);
      continue;
    }
    now.epoch += cycles;
    const GroupState& then = before.groups[g].state;
    const auto add = [&](auto& value, const auto& was) { value += iterations * (value - was); };
    for (std::size_t slot = 0; slot < now.in_trains.size(); ++slot) {
      if (now.in_trains[slot] == then.in_trains[slot]) {
        leave_tail(now.in_tails[slot], cycles);
      }
      add(now.in_trains[slot], then.in_trains[slot]);
    }
    for (std::size_t slot = 0; slot < now.out_trains.size(); ++slot) {
      if (pace_.slow() && now.out_trains[slot] == then.out_trains[slot]) {
        leave_tail(now.pace_tails[slot], cycles);
      }
      add(now.out_trains[slot], then.out_trains[slot]);
      add(now.words_out[slot], then.words_out[slot]);
    }
    add(now.setup, then.setup);
    add(now.compute, then.compute);
    add(now.words_sent, then.words_sent);
    add(now.words_received, then.words_received);
    add(now.macs, then.macs);
    add(now.instructions, then.instructions);
    now.last_done += cycles;
    now.waits.add_difference(then.waits, iterations);
    for (std::size_t op = 0; op < now.op_bins.size(); ++op) {
      for (std::size_t bin = 0; bin < kBins; ++bin) {
        add(now.op_bins[op][bin], then.op_bins[op][bin]);
      }
    }
    now.settled = spent_by(static_cast<std::int32_t>(g));
    GroupState::Loop& loop = innermost(now);
    loop.left -= iterations;
    loop.index += static_cast<std::int32_t>(iterations);
    log_note(static_cast<std::int32_t>(g), Dependencies::CoreEvent::Kind::jump, cycles, period);
  }
  leave_behind(before, period, cycles);
  epoch_ += cycles;
  repeat_op_ends(boundary, iterations, period);
  repeat_link_uses(boundary, iterations, period);
  if (timeline_ != nullptr) {
    timeline_->added(before.low + period, iterations, period);
    look_after_repeat();
  }
}

// Routers and links that the iteration did not touch: nor do those that pass by.
void Engine::leave_behind(const Snapshot& before, std::int64_t period, std::int64_t cycles) {
  for (std::size_t color = 0; color < fork_tails_.size(); ++color) {
    for (std::size_t k = 0; k < fork_tails_[color].size(); ++k) {
      std::int32_t& tail = fork_tails_[color][k];
      if (tail + epoch_ == before.fork_tails[color][k] + before.epoch) {
        tail = static_cast<std::int32_t>(std::max<std::int64_t>(kNever, tail - cycles));
      }
    }
  }
  turns_.leave_behind(before.turns, before.epoch - epoch_, period, cycles);
}

// Times of a group that did not take part in what passed by.
void Engine::fall_behind(GroupState& state, std::int64_t cycles) {
  state.epoch += cycles;
  state.now = state.now.plus(-cycles);
  for (Tail& tail : state.in_tails) {
    leave_tail(tail, cycles);
  }
  for (PaceTail& tail : state.pace_tails) {
    leave_tail(tail, cycles);
  }
  std::vector<OperationPtr> live = state.posted;
  for (const OperationPtr& operation : state.posted) {
    live.insert(live.end(), operation->before.begin(), operation->before.end());
  }
  live.insert(live.end(), state.units.begin(), state.units.end());
  live.insert(live.end(), state.events.begin(), state.events.end());
  std::sort(live.begin(), live.end());
  live.erase(std::unique(live.begin(), live.end()), live.end());
  for (const OperationPtr& operation : live) {
    if (operation == nullptr) {
      continue;
    }
    operation->epoch += cycles;
    operation->start = operation->start.plus(-cycles);
    operation->first = operation->first.plus(-cycles);
    operation->last = operation->last.plus(-cycles);
    if (operation->start.low < -kFar) {
      decline("a tile waits longer than 2^29 cycles");
    }
  }
}

// Brings the cycles in use back near zero, so that 32 bits last.
void Engine::rebase() {
  std::int64_t low = INT64_MAX;
  std::int64_t high = 0;
  for (const GroupState& state : states_) {
    if (!state.halted) {
      low = std::min(low, state.now.low);
      high = std::max(high, state.now.high);
    }
  }
  if (low == INT64_MAX || high < kFar) {
    return;
  }
  for (GroupState& state : states_) {
    if (!ended(state)) {
      fall_behind(state, low);
      state.waits.fold();
    }
  }
  for (std::size_t color = 0; color < fork_tails_.size(); ++color) {
    for (std::int32_t& tail : fork_tails_[color]) {
      tail = static_cast<std::int32_t>(std::max<std::int64_t>(kNever, tail - low));
    }
    fork_state_[color].end.high -= low;
  }
  turns_.earlier(low);
  epoch_ += low;
}

}  // namespace weft::sim::vector
