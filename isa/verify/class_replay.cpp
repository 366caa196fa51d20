// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/class_replay.h"

#include <algorithm>

namespace weft::isa {
namespace {

constexpr std::uint8_t kRampIn = 4, kRampOut = 8;  // beside those of CommStep

std::uint8_t units_of(const CommStep& step) {
  return static_cast<std::uint8_t>(step.units | (step.in_port >= 0 ? kRampIn : 0) |
                                   (step.out_port >= 0 ? kRampOut : 0));
}

}  // namespace

bool ClassReplay::completes(PauseAt pause_at) {
  if (classes_.empty() || !forwards_end()) {
    return false;
  }
  pause_at_ = pause_at;
  begin();
  settle();
  while (!paused_.empty() && done_ < kMostTransfers && !stop_()) {
    next_round();
  }
  return pending_ == 0 &&
         std::all_of(classes_.begin(), classes_.end(), [](const Class& c) { return c.halted; });
}

void ClassReplay::begin() {
  work_.clear();
  paused_.clear();
  pending_ = done_ = 0;
  round_ = 0;
  for (std::int32_t c = 0; c < static_cast<std::int32_t>(classes_.size()); ++c) {
    Class& its = at(c);
    its.at = its.round = 0;
    its.queued = its.paused = its.halted = false;
    its.iterations.clear();
    its.pending.clear();
    for (Port& port : its.ports) {
      port.trains = 0;
    }
    queue(c);
  }
}

void ClassReplay::queue(std::int32_t c) {
  if (!at(c).queued) {
    at(c).queued = true;
    work_.push_back(c);
  }
}

void ClassReplay::settle() {
  constexpr std::int64_t kItemsBetweenAsking = 1 << 14;
  for (std::int64_t items = 1; !work_.empty() && done_ < kMostTransfers; ++items) {
    const std::int32_t c = work_.back();
    work_.pop_back();
    at(c).queued = false;
    advance(c);
    if (items % kItemsBetweenAsking == 0 && stop_()) {
      return;
    }
  }
}

// A round that classes began and ended with nothing under way, each back where it paused, and in
// which no other class did anything, can only repeat until one of their loops ends: it is counted
// off.
void ClassReplay::next_round() {
  std::vector<std::int32_t> released;
  released.swap(paused_);
  ++round_;
  round_repeats_ = true;
  std::vector<std::uint32_t> from;
  for (const std::int32_t c : released) {
    at(c).round = round_;
    from.push_back(at(c).at);
    round_repeats_ = round_repeats_ && at(c).pending.empty();
  }
  for (const std::int32_t c : released) {
    at(c).paused = false;
    advance(c);
  }
  settle();
  for (std::size_t i = 0; i < released.size() && round_repeats_; ++i) {
    const Class& its = at(released[i]);
    round_repeats_ = its.paused && its.at == from[i] && its.pending.empty();
  }
  if (!round_repeats_) {
    return;
  }
  const auto left = [&](std::int32_t c) -> std::uint32_t& {
    const auto& steps = traces_.traces[static_cast<std::size_t>(at(c).trace)].steps;
    return at(c).iterations[steps[at(c).at - 1].level];
  };
  std::uint32_t rounds = UINT32_MAX;
  for (const std::int32_t c : released) {
    rounds = std::min(rounds, left(c) - 1);
  }
  for (const std::int32_t c : released) {
    left(c) -= rounds;
  }
}

void ClassReplay::advance(std::int32_t c) {
  const std::vector<CommStep>& steps = traces_.traces[static_cast<std::size_t>(at(c).trace)].steps;
  while (true) {
    const Held held = grant(c);
    Class& its = at(c);
    if (its.paused || its.halted || held.core) {
      return;
    }
    while (steps[its.at].kind != CommStep::Kind::transfer) {
      if (!take(c, steps[its.at], held)) {
        return;
      }
    }
    const CommStep& step = steps[its.at];
    Transfer transfer{its.at++};
    if (step.in_port >= 0) {
      transfer.in_train = its.ports[static_cast<std::size_t>(step.in_port)].trains++;
    }
    if (step.out_port >= 0) {
      transfer.out_train = its.ports[static_cast<std::size_t>(step.out_port)].trains++;
    }
    its.pending.push_back(transfer);
    ++pending_;
    round_repeats_ = round_repeats_ && its.round == round_;
  }
}

// Carries out what can be; what is held then.
ClassReplay::Held ClassReplay::grant(std::int32_t c) {
  Class& its = at(c);
  Held held;
  for (std::size_t i = 0; i < its.pending.size();) {
    Transfer& transfer = its.pending[i];
    const CommStep& step = step_of(its, transfer);
    const std::uint64_t engine = step.engine < 0 ? 0 : std::uint64_t{1} << step.engine;
    const std::uint8_t units = units_of(step);
    if (!transfer.granted && (held.engines & engine) == 0 && (held.units & units) == 0) {
      transfer.granted = true;
      if (complete({c, i})) {
        held = {};
        i = 0;
        continue;
      }
    }
    held.engines |= engine;
    held.units |= units;
    held.core |= step.engine < 0;
    held.events |= step.engine < 0 ? 0 : 1u << step.event;
    ++i;
  }
  return held;
}

// All transfers of the trains this one has to do with, if they are granted.
bool ClassReplay::complete(Member first) {
  members_.assign(1, first);
  for (std::size_t m = 0; m < members_.size(); ++m) {
    const Class& its = at(members_[m].first);
    const Transfer transfer = its.pending[members_[m].second];
    const CommStep& step = step_of(its, transfer);
    if ((step.in_port >= 0 &&
         !add_peers(its.ports[static_cast<std::size_t>(step.in_port)], false, transfer.in_train)) ||
        (step.out_port >= 0 && !add_peers(its.ports[static_cast<std::size_t>(step.out_port)], true,
                                          transfer.out_train))) {
      return false;
    }
  }
  std::sort(members_.begin(), members_.end(), std::greater<>());
  for (const auto& [c, index] : members_) {
    auto& pending = at(c).pending;
    round_repeats_ = round_repeats_ && at(c).round == round_;
    pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(index));
    if (c != first.first) {
      queue(c);
    }
  }
  pending_ -= static_cast<std::int64_t>(members_.size());
  done_ += static_cast<std::int64_t>(members_.size());
  return true;
}

// The transfers at the other ends of a port; false where one has not come to it.
bool ClassReplay::add_peers(const Port& port, bool receivers, std::uint32_t train) {
  for (const auto& [c, slot] : port.peers) {
    const Class& other = at(c);
    const auto found =
        std::find_if(other.pending.begin(), other.pending.end(), [&](const Transfer& transfer) {
          const CommStep& step = step_of(other, transfer);
          return receivers ? step.in_port == slot && transfer.in_train == train
                           : step.out_port == slot && transfer.out_train == train;
        });
    if (found == other.pending.end() || !found->granted) {
      return false;
    }
    const Member member{c, static_cast<std::size_t>(found - other.pending.begin())};
    if (std::find(members_.begin(), members_.end(), member) == members_.end()) {
      members_.push_back(member);
    }
  }
  return true;
}

bool ClassReplay::take(std::int32_t c, const CommStep& step, const Held& held) {
  Class& its = at(c);
  switch (step.kind) {
    case CommStep::Kind::wait:
      if ((held.events >> step.event & 1) != 0) {
        return false;
      }
      break;
    case CommStep::Kind::datapath:
      if ((held.units & CommStep::kDatapath) != 0) {
        return false;
      }
      break;
    case CommStep::Kind::loop:
      its.iterations.resize(std::max<std::size_t>(its.iterations.size(), step.level + 1u));
      its.iterations[step.level] = step.amount;
      break;
    case CommStep::Kind::end:
      return repeat(c, step);
    default:
      its.halted = true;
      return false;
  }
  ++its.at;
  return true;
}

// At the end of an iteration; false when the class pauses.
bool ClassReplay::repeat(std::int32_t c, const CommStep& end) {
  Class& its = at(c);
  round_repeats_ = round_repeats_ && its.round == round_;
  if (--its.iterations[end.level] == 0) {
    ++its.at;
    return true;
  }
  its.at -= end.back - 1;
  bool pauses = true;
  for (std::size_t level = 0; pause_at_ == PauseAt::outermost_loop && level < end.level; ++level) {
    pauses = pauses && its.iterations[level] == 1;
  }
  if (pauses) {
    its.paused = true;
    paused_.push_back(c);
  }
  return !pauses;
}

}  // namespace weft::isa
