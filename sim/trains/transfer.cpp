// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "sim/trains/engine.h"

namespace weft::sim::trains {

std::int32_t& Engine::claim_of(Operation& of, Unit unit) {
  Tile& tile = tiles_[static_cast<std::size_t>(of.tile)];
  return unit == Unit::engine ? tile.engines[static_cast<std::size_t>(of.engine)]
                              : tile.claimed[static_cast<std::size_t>(unit)];
}

// Takes the place behind the last claimant of a unit.
void Engine::claim(std::int32_t id, Unit unit) {
  Operation& claimant = operation(id);
  std::int32_t& last = claim_of(claimant, unit);
  if (last != kNone) {
    operation(last).next[static_cast<std::size_t>(unit)] = id;
    ++claimant.earlier;
  }
  last = id;
}

std::int32_t Engine::issue(std::int32_t index, const Step& step) {
  if (free_operations_.empty()) {
    free_operations_.push_back(static_cast<std::int32_t>(operations_.size()));
    operations_.emplace_back();
  }
  const std::int32_t id = free_operations_.back();
  free_operations_.pop_back();
  ++live_operations_;
  const Tile& tile = tiles_[static_cast<std::size_t>(index)];
  Operation& issued = operation(id) = Operation{};
  issued.tile = index;
  issued.engine = step.engine;
  issued.words = step.amount;
  issued.receives = isa::is_receive(step.opcode);
  issued.sends = isa::is_send(step.opcode);
  issued.computes = isa::uses_datapath(step.opcode);
  if (issued.engine >= 0) {
    claim(id, Unit::engine);
  }
  if (issued.computes) {
    claim(id, Unit::datapath);
  }
  if (issued.receives) {
    claim(id, Unit::ramp_in);
    issued.in = tile.sinks[static_cast<std::size_t>(step.in_color)];
  }
  if (issued.sends) {
    claim(id, Unit::ramp_out);
    issued.out = tile.sources[static_cast<std::size_t>(step.out_color)];
  }
  if ((issued.receives && issued.in == kNone) || (issued.sends && issued.out == kNone)) {
    ++issued.earlier;  // a color that is not routed here: never granted
  }
  if (issued.earlier == 0) {
    start(id);
  }
  return id;
}

std::int32_t Engine::take_flow() {
  if (free_flows_.empty()) {
    flows_.emplace_back();
    return static_cast<std::int32_t>(flows_.size() - 1);
  }
  const std::int32_t index = free_flows_.back();
  free_flows_.pop_back();
  Flow& taken = flow(index);
  Flow fresh;
  fresh.stamp = taken.stamp + 1;
  fresh.dirty = taken.dirty;
  fresh.touched = taken.touched;
  fresh.looks = taken.looks;
  taken = fresh;
  return index;
}

// Every earlier claimant of its units is done.
void Engine::start(std::int32_t id) {
  const std::int32_t index = take_flow();
  Operation& started = operation(id);
  started.flow = index;
  started.start = now_;
  started.unit = static_cast<double>(now_ - started.watched);
  Flow& flow = this->flow(index);
  flow.in = started.in;
  flow.out = started.out;
  flow.operation = id;
  flow.left = static_cast<double>(started.words);
  flow.since = now_;
  for (const std::int32_t end : {flow.in, flow.out}) {
    if (end != kNone) {
      point(end).flow = index;
      point(end).since = now_;
    }
  }
  touch(index);
}

// The cycle after its last word: the units go to those who claimed them next.
void Engine::complete(std::int32_t id) {
  Operation& ended = operation(id);
  Tile& tile = tiles_[static_cast<std::size_t>(ended.tile)];
  ended.done = true;
  ended.end = now_;
  --live_operations_;
  tile.last_done = std::max(tile.last_done, now_);
  for (const std::int32_t end : {ended.in, ended.out}) {
    if (end != kNone) {
      Point& at = point(end);
      at.passed = std::round(at.passed + flow(ended.flow).left);
      at.since = now_;
      at.rate = 0;
      at.flow = kNone;
    }
  }
  if (ended.in != kNone) {
    touch_parent(ended.in);
    tile.totals.words_received += ended.words;
  }
  if (ended.out != kNone) {
    publish(ended.out);
    const Point& out = point(ended.out);
    for (std::int32_t use = out.first_use; use < out.first_use + out.use_count; ++use) {
      want(link_uses_[static_cast<std::size_t>(use)], 0);
    }
    tile.totals.words_sent += ended.words;
    if (timeline_) {
      timeline_->sent(out.tree, ended.start, now_, ended.words);
    }
  }
  Flow& flow = this->flow(ended.flow);
  flow.in = flow.out = flow.operation = kNone;
  flow.rate = 0;
  ++flow.stamp;
  free_flows_.push_back(ended.flow);
  ended.flow = kNone;
  const auto let_go = [&](Unit unit) {
    std::int32_t& last = claim_of(operation(id), unit);
    last = last == id ? kNone : last;
    const std::int32_t next = operation(id).next[static_cast<std::size_t>(unit)];
    if (next != kNone && --operation(next).earlier == 0) {
      start(next);
    }
  };
  const Operation copy = ended;
  if (copy.engine >= 0) {
    let_go(Unit::engine);
  }
  if (copy.computes) {
    tile.datapath_free = now_;
    let_go(Unit::datapath);
  }
  if (copy.receives) {
    let_go(Unit::ramp_in);
  }
  if (copy.sends) {
    let_go(Unit::ramp_out);
  }
  if (tile.waited == id) {
    come_back(copy.tile);
  }
}

}  // namespace weft::sim::trains
