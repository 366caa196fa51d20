// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/scalar/operation.h"

namespace weft::sim::scalar {

/// Segments that words go into from one point.
struct Engine::Out {
  const std::int32_t* segment = nullptr;
  std::int32_t count = 0;

  const std::int32_t* begin() const { return segment; }
  const std::int32_t* end() const { return segment + count; }
};

Engine::Out Engine::out_of(const Operation& operation) const {
  const Code& code = code_of(operation);
  if (code.out_port < 0) {
    return {};
  }
  const std::int32_t& out = ports_[static_cast<std::size_t>(
      tiles_[static_cast<std::size_t>(operation.tile)].ports + code.out_port)];
  if (out >= 0) {
    return {&out, 1};
  }
  const Junction& junction = junctions_[static_cast<std::size_t>(-2 - out)];
  return {branches_.data() + junction.first, junction.count};
}

// Words for which every segment has a place with a known cycle.
Word Engine::places_limit(const Out& out) const {
  Word limit = std::numeric_limits<Word>::max();
  for (const std::int32_t s : out) {
    limit = std::min(limit, segment_at(s).held.known + segment_at(s).places);
  }
  return limit;
}

// How long places hold a word back, and the first word that may be held back longer.
RunPool::Found Engine::bound(const Out& out, Word word) const {
  RunPool::Found least{kLongAgo, std::numeric_limits<Word>::max()};
  for (const std::int32_t s : out) {
    const Segment& segment = segment_at(s);
    const RunPool::Found found = pool_.find(segment.held, word - segment.places);
    least.offset = std::max(least.offset, found.offset - segment.places);
    least.past = std::min(least.past, found.past + segment.places);
  }
  return least;
}

// H(w) = max(floor, H_branch(w - places) over the branches): how early the end of the segment
// could let words go if they were there (docs/timing_model.md, "Places and back-pressure"). `shift`
// is the number of a word on the branches less that on the segment.
void Engine::publish(std::int32_t index, const Out& out, Word shift, Time floor, Word limit) {
  Segment& segment = segment_at(index);
  if (segment.held.known >= limit) {
    return;
  }
  while (segment.held.known < limit) {
    const Word word = segment.held.known;
    const RunPool::Found found = bound(out, word + shift);
    floor = std::max(floor, found.offset + shift);
    pool_.append(segment.held, floor, std::min(limit, found.past - shift) - word,
                 std::min(segment.taken, segment.passed.known - segment.places));
  }
  wake_above(index, segment);
}

// An operation that takes part in two trains, or in one that begins with several segments.
void Engine::start_at_many(std::int32_t id) {
  const Operation& operation = operation_at(id);
  const Code& code = code_of(operation);
  const std::int32_t out = out_port(operation, code);
  (out >= 0 ? segment_at(out).sender : junction_at(-2 - out).sender) = id;
  if (code.kind == Code::Kind::forward) {
    segment_at(in_port(operation, code)).taker = id;
  }
  work_.push_back(id);
}

void Engine::wake_junction_above(std::int32_t segment) {
  const std::int32_t above = ends_at(segment).above;
  const Junction& junction = junction_at(above);
  if (junction.up >= 0) {
    queue_fork(above);
  } else if (junction.sender >= 0) {
    work_.push_back(junction.sender);
  }
}

void Engine::advance_operation(std::int32_t id) {
  const Operation& operation = operation_at(id);
  if (operation.state != Operation::State::started) {
    return;
  }
  const Code& code = code_of(operation);
  const Out out = out_of(operation);
  if (code.kind == Code::Kind::send) {
    if (places_limit(out) - segment_at(*out.begin()).passed.known >= code.amount) {
      work_out(id);
    }
    return;
  }
  const std::int32_t in = in_port(operation, code);
  const Segment& segment = segment_at(in);
  const Word past = segment.taken + code.amount;
  if (code.kind == Code::Kind::forward) {
    const Word shift = segment_at(*out.begin()).passed.known - segment.taken;
    const bool fresh = segment.held.known == segment.taken;
    publish(in, out, shift, fresh ? operation.start - segment.taken : segment.held.last.offset,
            std::min(past, places_limit(out) - shift));
  }
  if (operation.state == Operation::State::started && segment.held.known >= past &&
      segment.passed.known >= past) {
    work_out(id);
  }
}

// The cycles of all words of an operation for which everything is known.
void Engine::work_out(std::int32_t id) {
  Operation& operation = operation_at(id);
  const Code& code = code_of(operation);
  const Out out = out_of(operation);
  const std::int32_t in = code.in_port < 0 ? kNone : in_port(operation, code);
  const Word out_first = out.count > 0 ? segment_at(*out.begin()).passed.known : 0;
  const Word first = in == kNone ? out_first : segment_at(in).taken;
  const Word past = first + code.amount;
  const Word shift = out.count > 0 ? out_first - first : 0;
  Time offset = operation.start - first;
  operation.pause = Operation::kNoPause;
  for (Word word = first; word < past;) {
    const Time earliest = offset;
    Wait cause = Wait::output;
    Word next = past;
    if (in != kNone) {
      const Segment& segment = segment_at(in);
      const RunPool::Found arrival = pool_.find(segment.passed, word);
      if (arrival.offset + segment.latency > offset) {
        offset = arrival.offset + segment.latency;
        cause = Wait::input;
      }
      next = std::min(next, arrival.past);
    }
    const RunPool::Found hold =
        in != kNone ? pool_.find(segment_at(in).held, word) : bound(out, word);
    if (hold.offset > offset) {
      offset = hold.offset;
      cause = Wait::output;
    }
    next = std::min(next, hold.past);
    if (word == first) {
      operation.first = offset + first;
      operation.before = cause;
    } else if (offset > earliest) {
      add_pause(operation, {earliest + word, offset + word, cause});
    }
    if (out.count > 0) {
      let_pass(out, offset - shift, next - word);
    }
    if (in != kNone && segment_at(in).shared) {
      note_link_use(in, word, next, offset + next - 1);
    }
    word = next;
  }
  operation.end = offset + past;
  if (in != kNone) {
    segment_at(in).taken = past;
    segment_at(in).taker = kNone;
  }
  if (out.count > 0) {
    const std::int32_t port = out_port(operation, code);
    (port >= 0 ? segment_at(port).sender : junction_at(-2 - port).sender) = kNone;
  }
  complete(id, operation);
  for (const std::int32_t s : out) {
    wake_below(s, segment_at(s));
  }
}

void Engine::let_pass(const Out& out, Time offset, Word count) {
  for (const std::int32_t s : out) {
    Segment& segment = segment_at(s);
    pool_.append(segment.passed, offset, count, segment.taken);
  }
}

void Engine::add_pause(Operation& operation, const Pause& pause) {
  if (operation.pause == Operation::kNoPause) {
    operation.pause = pause.begin;
    operation.inside = pause.cause;
    operation.end = pause.end;  // of the pause, until there is another one or the last word
    return;
  }
  if (operation.inside != Wait::count_) {
    const Pause only{operation.pause, operation.end, operation.inside};
    if (free_pauses_.empty()) {
      free_pauses_.push_back(static_cast<std::int32_t>(pauses_.size()));
      pauses_.emplace_back();
    }
    operation.pause = free_pauses_.back();
    operation.inside = Wait::count_;
    free_pauses_.pop_back();
    pauses_[static_cast<std::size_t>(operation.pause)].assign(1, only);
  }
  pauses_[static_cast<std::size_t>(operation.pause)].push_back(pause);
}

void Engine::forget_pauses(Operation& operation) {
  free_pauses_.push_back(operation.pause);
  operation.pause = Operation::kNoPause;
  operation.inside = Wait::input;
}

void Engine::queue_fork(std::int32_t index) {
  Junction& junction = junction_at(index);
  if (!junction.queued) {
    junction.queued = true;
    work_.push_back(~index);
  }
}

void Engine::advance_fork(std::int32_t index) {
  Junction& junction = junction_at(index);
  junction.queued = false;
  const Out out{branches_.data() + junction.first, junction.count};
  Segment& up = segment_at(junction.up);
  publish(junction.up, out, 0, up.held.last.offset, places_limit(out));
  const Word past = std::min(up.held.known, up.passed.known);
  if (up.taken >= past) {
    return;
  }
  while (up.taken < past) {
    const RunPool::Found arrival = pool_.find(up.passed, up.taken);
    const RunPool::Found hold = pool_.find(up.held, up.taken);
    const Time offset = std::max(arrival.offset + up.latency, hold.offset);
    const Word next = std::min({past, arrival.past, hold.past});
    let_pass(out, offset, next - up.taken);
    if (up.shared) {
      note_link_use(junction.up, up.taken, next, offset + next - 1);
    }
    up.taken = next;
  }
  for (const std::int32_t s : out) {
    wake_below(s, segment_at(s));
  }
}

}  // namespace weft::sim::scalar
