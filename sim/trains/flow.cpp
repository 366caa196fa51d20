// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <span>

#include "sim/trains/engine.h"

namespace weft::sim::trains {
namespace {

constexpr double kSameRate = 1e-9;
constexpr std::uint8_t kMostLooks = 60;  // a cycle, at a flow: rates that depend on each other
constexpr std::int64_t kNever = Wheel<int>::kNever;

}  // namespace

void Engine::touch(std::int32_t index) {
  Flow& touched = flow(index);
  if (touched.dirty || touched.looks >= kMostLooks) {
    return;
  }
  touched.dirty = true;
  dirty_.push_back(index);
}

void Engine::touch_parent(std::int32_t index) {
  const std::int32_t parent = point(index).parent;
  if (parent != kNone && point(parent).flow != kNone) {
    touch(point(parent).flow);
  }
}

void Engine::publish(std::int32_t index) {
  if (!point(index).publishing) {
    point(index).publishing = true;
    publishing_.push_back(index);
  }
}

// Brings counts and bins of a flow up to now.
void Engine::book(Flow& of) {
  const auto cycles = static_cast<double>(now_ - of.since);
  if (cycles <= 0) {
    return;
  }
  double moved = std::min(of.rate * cycles, of.left);
  if (of.in != kNone) {
    moved = std::min(moved, point(of.in).arrived_at(now_) - point(of.in).passed);
  }
  moved = std::max(moved, 0.0);
  const auto count = [&](Point& at) {
    at.passed += moved;
    at.since = now_;
  };
  if (of.in != kNone) {
    count(point(of.in));
  }
  if (of.out != kNone && of.out != of.in) {
    count(point(of.out));
  }
  of.since = now_;
  if (of.operation != kNone) {
    of.left -= moved;
    Operation& booked = operation(of.operation);
    const double waited = cycles - moved;
    booked.moving += of.cause == Bin::moving ? cycles : moved;
    booked.input += of.cause == Bin::input ? waited : 0;
  }
}

// Words a cycle that arrivals, places and pace let past, shared links aside.
double Engine::limit_of(Flow& of) {
  double limit = 1;
  of.cause = Bin::moving;
  if (of.out != kNone && of.out != of.in) {
    limit = pace_;
  }
  if (of.in != kNone) {
    const Point& in = point(of.in);
    if (in.arrived_at(now_) - in.passed < kNothing && in.arrival_rate < limit) {
      limit = in.arrival_rate;
      of.cause = Bin::input;
    }
  }
  if (of.out != kNone) {
    const Point& out = point(of.out);
    for (std::int32_t c = out.first_child; c < out.first_child + out.child_count; ++c) {
      const Point& child = point(children_[static_cast<std::size_t>(c)]);
      const double room = child.passed_at(now_) + child.places - out.passed;
      if (room < kNothing && child.rate < limit) {
        limit = child.rate;
        of.cause = Bin::output;
      }
    }
  }
  return limit;
}

// Sets what one user wants of a link and shares it out again: what is wanted below the level is
// had, everybody else has the level.
void Engine::want(const LinkUse& use, double wanted) {
  Link& link = links_[static_cast<std::size_t>(use.link)];
  Link::Use& mine = link.uses[static_cast<std::size_t>(use.use)];
  if (mine.wanted == wanted) {
    return;
  }
  mine.wanted = wanted;
  sorted_.clear();
  for (const Link::Use& other : link.uses) {
    if (other.wanted > kSameRate) {
      sorted_.push_back(other.wanted);
    }
  }
  std::sort(sorted_.begin(), sorted_.end());
  double left = 1;
  double level = 1;
  for (std::size_t i = 0; i < sorted_.size(); ++i) {
    const double fair = left / static_cast<double>(sorted_.size() - i);
    if (sorted_[i] > fair) {
      level = fair;
      break;
    }
    left -= sorted_[i];
  }
  const double lower = std::min(level, link.level);
  if (std::abs(level - link.level) < kSameRate) {
    return;
  }
  link.level = level;
  for (const Link::Use& other : link.uses) {
    if (&other != &mine && other.wanted > lower && point(other.point).flow != kNone) {
      touch(point(other.point).flow);
    }
  }
}

// The share of its links that a flow has, which wants `limit`.
double Engine::share_of(const Flow& of, double limit) {
  if (of.out == kNone) {
    return limit;
  }
  const Point& out = point(of.out);
  const auto uses = std::span(link_uses_)
                        .subspan(static_cast<std::size_t>(out.first_use),
                                 static_cast<std::size_t>(out.use_count));
  for (const LinkUse& use : uses) {
    double wanted = limit;
    for (const LinkUse& other : uses) {
      if (&other != &use) {
        wanted = std::min(wanted, links_[static_cast<std::size_t>(other.link)].level);
      }
    }
    want(use, wanted);
  }
  for (const LinkUse& use : uses) {
    limit = std::min(limit, links_[static_cast<std::size_t>(use.link)].level);
  }
  return limit;
}

void Engine::look_at(std::int32_t index) {
  Flow& looked = flow(index);
  looked.dirty = false;
  if (looked.in == kNone && looked.out == kNone) {
    return;
  }
  ++looked.looks;
  if (!looked.touched) {
    looked.touched = true;
    touched_.push_back(index);
  }
  book(looked);
  if (looked.in == looked.out) {
    end_train(looked);
  }
  if (looked.operation != kNone && is_done(looked)) {
    complete(looked.operation);
    return;
  }
  const double limit = limit_of(looked);
  const double rate = share_of(looked, limit);
  if (rate < limit - kSameRate) {
    looked.cause = Bin::output;
  }
  set_rate(looked, rate);
}

// Its last word has moved. Rates below a word a cycle leave a fraction of the last word: that word
// moves whole, in the cycle it is there.
bool Engine::is_done(const Flow& of) const {
  if (of.left < kNothing) {
    return true;
  }
  if (of.left >= 1 - kNothing) {
    return false;
  }
  const Point* in = of.in == kNone ? nullptr : &point(of.in);
  if (in == nullptr) {
    return of.cause == Bin::moving && of.left <= 1 - of.rate + kNothing;
  }
  return in->arrived_at(now_) - in->passed >= of.left - kNothing;
}

void Engine::set_rate(Flow& of, double rate) {
  const bool changed = std::abs(rate - of.rate) > kSameRate;
  if (changed) {
    of.rate = rate;
  }
  if (of.in != kNone && (changed || point(of.in).rate != of.rate)) {
    point(of.in).rate = of.rate;
    touch_parent(of.in);
  }
  if (of.out != kNone) {
    point(of.out).rate = of.rate;
    publish(of.out);
  }
}

// Words that take turns with others end, on average, half a turn before their fraction does: the
// last ones at a router go on then, one train a cycle and link.
void Engine::end_train(Flow& of) {
  Point& at = point(of.in);
  const double waiting = at.arrived_at(now_) - at.passed;
  if (of.rate > 0 && at.arrival_rate == 0 && waiting >= kNothing &&
      waiting <= half_turn(of) + kNothing && room_below(at) >= waiting && take_turn(of)) {
    at.passed += waiting;
  }
}

double Engine::half_turn(const Flow& of) const {
  return of.rate < 1 && point(of.out).use_count > 0 ? (1 - of.rate) / 2 : 0;
}

bool Engine::take_turn(const Flow& of) {
  const Point& out = point(of.out);
  const auto uses = std::span(link_uses_)
                        .subspan(static_cast<std::size_t>(out.first_use),
                                 static_cast<std::size_t>(out.use_count));
  const auto link_of = [&](const LinkUse& use) -> Link& {
    return links_[static_cast<std::size_t>(use.link)];
  };
  if (std::any_of(uses.begin(), uses.end(),
                  [&](const LinkUse& use) { return link_of(use).taken == now_; })) {
    return false;
  }
  for (const LinkUse& use : uses) {
    link_of(use).taken = now_;
  }
  return true;
}

double Engine::room_below(const Point& at) const {
  double room = std::numeric_limits<double>::infinity();
  for (std::int32_t c = at.first_child; c < at.first_child + at.child_count; ++c) {
    const Point& child = point(children_[static_cast<std::size_t>(c)]);
    room = std::min(room, child.passed_at(now_) + child.places - at.passed);
  }
  return room;
}

// Children learn of a new rate, and of what rounding to whole cycles did to the count, when the
// words that left at it arrive.
void Engine::tell_children(std::int32_t index) {
  Point& at = point(index);
  at.publishing = false;
  const double known = at.told + at.told_rate * static_cast<double>(now_ - at.told_at);
  if (at.rate == at.told_rate && std::abs(known - at.passed) < kNothing) {
    return;
  }
  at.told = at.passed;
  at.told_rate = at.rate;
  at.told_at = now_;
  for (std::int32_t c = at.first_child; c < at.first_child + at.child_count; ++c) {
    const std::int32_t child = children_[static_cast<std::size_t>(c)];
    if (free_arrivals_.empty()) {
      free_arrivals_.push_back(static_cast<std::int32_t>(arrivals_.size()));
      arrivals_.emplace_back();
    }
    const std::int32_t arrival = free_arrivals_.back();
    free_arrivals_.pop_back();
    arrivals_[static_cast<std::size_t>(arrival)] = {child, at.passed, at.rate};
    push(now_ + point(child).latency, Event::arrival, arrival, 0);
  }
}

// When this flow changes if nobody else does: its words end, those that waited are gone, places
// fill up.
void Engine::predict(std::int32_t index) {
  Flow& of = flow(index);
  of.touched = false;
  of.looks = 0;
  if (of.in == kNone && of.out == kNone) {
    return;
  }
  double cycles = 1e15;
  const auto when = [&](double words, double rate) {
    if (rate > kSameRate) {
      cycles = std::min(cycles, words / rate);
    }
  };
  if (of.operation != kNone) {
    const bool paced = of.cause == Bin::moving && of.rate < 1 && of.in == kNone;
    when(of.left - (paced ? 1 - of.rate : 0), of.rate);
  }
  if (of.in != kNone) {
    const Point& in = point(of.in);
    const double waiting = in.arrived_at(now_) - in.passed;
    if (waiting >= kNothing) {
      const bool last = of.in == of.out && in.arrival_rate == 0;
      when(std::max(0.0, waiting - (last ? half_turn(of) : 0)), of.rate - in.arrival_rate);
    }
  }
  if (of.out != kNone) {
    const Point& out = point(of.out);
    for (std::int32_t c = out.first_child; c < out.first_child + out.child_count; ++c) {
      const Point& child = point(children_[static_cast<std::size_t>(c)]);
      const double room = child.passed_at(now_) + child.places - out.passed;
      if (room >= kNothing) {
        when(room, of.rate - child.rate);
      }
    }
  }
  const std::int64_t due =
      cycles < 1e15 ? now_ + std::max<std::int64_t>(
                                 1, static_cast<std::int64_t>(std::ceil(cycles - kNothing)))
                    : kNever;
  if (due == of.due) {
    return;
  }
  of.due = due;
  ++of.stamp;
  if (due != kNever) {
    push(due, Event::flow, index, of.stamp);
  }
}

void Engine::push(std::int64_t cycle, Event::Kind kind, std::int32_t index, std::uint32_t stamp) {
  wheel_.push(cycle, {static_cast<std::uint32_t>(index) << 2 | kind, stamp});
}

void Engine::play(const Event& event) {
  ++events_;
  const auto index = static_cast<std::int32_t>(event.what >> 2);
  switch (static_cast<Event::Kind>(event.what & 3)) {
    case Event::core:
      ready_cores_.push_back(index);
      break;
    case Event::flow:
      if (flow(index).stamp == event.stamp) {
        touch(index);
      }
      break;
    case Event::arrival: {
      const Arrival& arrival = arrivals_[static_cast<std::size_t>(index)];
      Point& at = point(arrival.point);
      if (at.flow != kNone) {
        book(flow(at.flow));
        touch(at.flow);
      }
      at.arrived = arrival.words;
      at.arrival_rate = arrival.rate;
      at.arrived_since = now_;
      free_arrivals_.push_back(index);
      break;
    }
  }
}

void Engine::settle() {
  while (!ready_cores_.empty() || !dirty_.empty()) {
    for (std::size_t i = 0; i < ready_cores_.size(); ++i) {
      run_core(ready_cores_[i]);
    }
    ready_cores_.clear();
    for (std::size_t i = 0; i < dirty_.size(); ++i) {
      look_at(dirty_[i]);
    }
    dirty_.clear();
  }
  for (const std::int32_t index : publishing_) {
    tell_children(index);
  }
  publishing_.clear();
  for (const std::int32_t index : touched_) {
    predict(index);
  }
  touched_.clear();
}

}  // namespace weft::sim::trains
