// SPDX-License-Identifier: Apache-2.0
// What happens to transfers all the time, in line: included where cores run and words move.
#pragma once

#include <algorithm>

#include "sim/scalar/engine.h"

namespace weft::sim::scalar {
/// How a train passes a point that holds words back by runs: at `first` up to word `split` (which
/// may be past its end), at `second`, not earlier, from there on.
struct Passage {
  Time first = 0;
  Time second = 0;
  Word split = 0;
};

// Words [from, past) of `runs`, whose offsets bind with `shift` added, at `base` the earliest.
// False when more than two of their runs count.
inline bool pass(const Runs& runs, Word from, Word past, Time shift, Time base, Passage& passage) {
  passage.split = past;
  if (runs.last.word <= from) {
    passage.first = std::max(base, runs.last.offset + shift);
    return true;
  }
  const Time bound = runs.before.offset + shift;
  if (bound > base && runs.before.word > from) {
    return false;
  }
  passage.first = std::max(base, bound);
  passage.second = std::max(passage.first, runs.last.offset + shift);
  if (runs.last.word < past && passage.second > passage.first) {
    passage.split = runs.last.word;
  }
  return true;
}

// The cycles of the words [from, past) of an operation that was held up by `cause`.
inline void set_passage(Operation& operation, const Passage& passage, Word from, Word past,
                        Wait cause) {
  operation.first = passage.first + from;
  operation.before = cause;
  if (passage.split < past) {
    operation.pause = passage.first + passage.split;
    operation.inside = cause;
    operation.end = passage.second + past;
  } else {
    operation.pause = Operation::kNoPause;
    operation.end = passage.first + past;
  }
}

// Claims the units of a transfer in order of issue: it starts once every earlier claimant is done.
inline void Engine::issue(Tile& tile, std::int32_t tile_index, const Code& code, Time now) {
  Operation* const slots = operations_.data() + tile.slots;
  Unit* const units = units_.data() + tile.units;
  Operation& operation = slots[code.slot];
  operation.code = static_cast<std::int32_t>(&code - codes_);
  operation.tile = tile_index;
  operation.next = {-1, -1, -1, -1};
  std::uint8_t earlier = 0;
  Time begin = now;
  const auto claim = [&](Unit& unit, std::uint8_t kind) {
    begin = std::max(begin, unit.free);
    if (unit.last != kNone) {
      slots[unit.last].next[kind] = static_cast<std::int8_t>(code.slot);
      ++earlier;
    }
    unit.last = code.slot;
  };
  claim(units[code.engine], kCore);
  claim(units[code.ramp], code.ramp);
  if (code.datapath) {
    claim(units[kDatapath], kDatapath);
    if (code.both_ramps) {
      claim(units[kRampOut], kRampOut);
    }
  }
  if (earlier == 0) {
    return start(tile.slots + code.slot, operation, tile, code, begin);
  }
  operation.start = now;
  operation.earlier = earlier;
  operation.state = Operation::State::claimed;
}

// Every earlier claimant is done.
inline void Engine::start_granted(std::int32_t id) {
  Operation& operation = operation_at(id);
  const Tile& tile = tile_at(operation.tile);
  const Code& code = code_of(operation);
  const Unit* const units = units_.data() + tile.units;
  Time begin = std::max({operation.start, units[code.engine].free, units[code.ramp].free});
  if (code.datapath) {
    begin = std::max(begin, units[kDatapath].free);
    if (code.both_ramps) {
      begin = std::max(begin, units[kRampOut].free);
    }
  }
  start(id, operation, tile, code, begin);
}

// The operation may move from cycle `begin` on.
inline void Engine::start(std::int32_t id, Operation& operation, const Tile& tile, const Code& code,
                          Time begin) {
  const std::int32_t* const ports = ports_.data() + tile.ports;
  operation.start = begin;
  operation.state = Operation::State::started;
  if (code.kind == Code::Kind::receive) {
    const std::int32_t in = ports[code.in_port];
    Segment& segment = segment_at(in);
    segment.taker = id;
    pool_.append(segment.held, begin - segment.taken, code.amount,
                 std::min(segment.taken, segment.passed.known - segment.places));
    wake_above(in, segment);
    if (segment.taker == id) {
      try_receive(id, operation, segment);
    }
    return;
  }
  const std::int32_t out = ports[code.out_port];
  if (code.kind == Code::Kind::send && out >= 0) {
    segment_at(out).sender = id;
    try_send(id, operation, out, segment_at(out));
    return;
  }
  start_at_many(id);
}

inline void Engine::complete(std::int32_t id, Operation& operation) {
  Tile& tile = tile_at(operation.tile);
  const Code& code = code_of(operation);
  Unit* const units = units_.data() + tile.units;
  operation.state = Operation::State::done;
  latest_ = std::max(latest_, operation.end);
  if (timeline_ && code.out_port >= 0) {
    tell_sent(operation);
  }
  const auto let_go = [&](Unit& unit, std::uint8_t kind) {
    unit.free = operation.end;
    if (operation.next[kind] < 0) {
      unit.last = kNone;
    } else {
      grant(tile.slots + operation.next[kind]);
    }
  };
  let_go(units[code.engine], kCore);
  let_go(units[code.ramp], code.ramp);
  if (code.datapath) {
    let_go(units[kDatapath], kDatapath);
    if (code.both_ramps) {
      let_go(units[kRampOut], kRampOut);
    }
  }
  if (tile.waited == id - tile.slots) {
    tile.waited = kNone;
    next_.push_back(operation.tile);
  }
}

inline void Engine::grant(std::int32_t id) {
  if (--operation_at(id).earlier == 0) {
    granted_.push_back(id);
  }
}

inline void Engine::try_send(std::int32_t id, Operation& operation, std::int32_t out,
                             Segment& segment) {
  const Word words = code_of(operation).amount;
  const Word from = segment.passed.known;
  const Word past = from + words;
  if (segment.held.known + segment.places < past) {
    return;
  }
  Passage passage;
  if (!pass(segment.held, from - segment.places, past - segment.places, -segment.places,
            operation.start - from, passage)) {
    return work_out(id);
  }
  passage.split = std::min(passage.split + segment.places, past);
  set_passage(operation, passage, from, past, Wait::output);
  segment.sender = kNone;
  if (segment.taker >= 0 && segment.taken == from && !segment.shared) {
    Operation& taker = operation_at(segment.taker);
    const Code& code = code_of(taker);
    if (code.kind == Code::Kind::receive && code.amount == words) {
      const std::int32_t taker_id = segment.taker;
      passage.first = std::max(taker.start - from, passage.first + segment.latency);
      passage.second = std::max(passage.first, passage.second + segment.latency);
      if (passage.second == passage.first) {
        passage.split = past;
      }
      set_passage(taker, passage, from, past, Wait::input);
      segment.passed.known = segment.taken = past;  // nobody asks any more when they were sent
      segment.taker = kNone;
      complete(id, operation);
      complete(taker_id, taker);
      return;
    }
  }
  pool_.append(segment.passed, passage.first, passage.split - from, segment.taken);
  if (passage.split < past) {
    pool_.append(segment.passed, passage.second, past - passage.split, segment.taken);
  }
  complete(id, operation);
  wake_below(out, segment);
}

inline void Engine::try_receive(std::int32_t id, Operation& operation, Segment& segment) {
  const Word words = code_of(operation).amount;
  const Word from = segment.taken;
  const Word past = from + words;
  if (segment.passed.known < past) {
    return;
  }
  Passage passage;
  if (segment.shared ||
      !pass(segment.passed, from, past, segment.latency, operation.start - from, passage)) {
    return work_out(id);
  }
  set_passage(operation, passage, from, past, Wait::input);
  segment.taken = past;
  segment.taker = kNone;
  complete(id, operation);
}

// Its end may let words go earlier than was known.
inline void Engine::wake_above(std::int32_t index, Segment& segment) {
  if (segment.sender >= 0) {
    Operation& sender = operation_at(segment.sender);
    if (code_of(sender).kind == Code::Kind::send) {
      try_send(segment.sender, sender, index, segment);
    } else {
      work_.push_back(segment.sender);
    }
  } else if (segment.sender == Segment::kFork) {
    wake_junction_above(index);
  }
}

// More of its words have left the point above.
inline void Engine::wake_below(std::int32_t index, Segment& segment) {
  if (segment.taker >= 0) {
    Operation& taker = operation_at(segment.taker);
    if (code_of(taker).kind == Code::Kind::receive) {
      try_receive(segment.taker, taker, segment);
    } else {
      work_.push_back(segment.taker);
    }
  } else if (segment.taker == Segment::kFork) {
    queue_fork(ends_at(index).below);
  }
}

}  // namespace weft::sim::scalar
