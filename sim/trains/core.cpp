// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "sim/trains/engine.h"

namespace weft::sim::trains {

void Engine::spend(Tile& tile, Bin bin, std::int64_t cycles) {
  if (timeline_) {
    timeline_->spent(static_cast<std::int32_t>(&tile - tiles_.data()), bin, tile.now,
                     tile.now + cycles);
  }
  tile.totals.bins[static_cast<std::size_t>(bin)] += cycles;
  bins_of(tile.graph_op, op_bins_)[static_cast<std::size_t>(bin)] += cycles;
  tile.now += cycles;
}

// Until the core waits, has ended, or is ahead of the others at a step they can see.
void Engine::run_core(std::int32_t index) {
  const Tile& tile = tiles_[static_cast<std::size_t>(index)];
  const auto& steps = scripts_[static_cast<std::size_t>(tile.script)].steps;
  while (take_step(index, steps[static_cast<std::size_t>(tile.at)])) {
  }
}

bool Engine::take_step(std::int32_t index, const Step& step) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  tile.graph_op = step.graph_op;
  switch (step.kind) {
    case Step::Kind::spend:
      spend(tile, Bin::setup, step.cycles);
      instructions_ += step.instructions;
      break;
    case Step::Kind::compute:
      return compute(tile, step);
    case Step::Kind::transfer:
      return transfer(index, step);
    case Step::Kind::wait:
      return wait_for_event(index, step.event);
    case Step::Kind::loop:
      tile.loops[static_cast<std::size_t>(step.level)] = {step.amount, step.first};
      tile.depth = step.level + 1;
      break;
    case Step::Kind::end: {
      auto& loop = tile.loops[static_cast<std::size_t>(step.level)];
      if (--loop.left > 0) {
        ++loop.index;
        tile.at = step.match;
      } else {
        tile.depth = step.level;
      }
      break;
    }
    case Step::Kind::op_end:
      close_op(tile, step.graph_op);
      break;
    case Step::Kind::halt:
      tile.wait = Tile::Wait::halted;
      --running_cores_;
      return false;
  }
  ++tile.at;
  return true;
}

bool Engine::compute(Tile& tile, const Step& step) {
  const std::int32_t holder = tile.claimed[static_cast<std::size_t>(Unit::datapath)];
  if (holder != kNone) {
    wait_for(tile, holder, Tile::Wait::datapath);
    return false;
  }
  spend(tile, Bin::setup, step.setup);
  spend(tile, Bin::unit, std::max<std::int64_t>(0, tile.datapath_free - tile.now));
  spend(tile, Bin::compute, step.cycles);
  tile.datapath_free = tile.now;
  tile.totals.macs += step.amount;
  ++tile.at;
  return true;
}

bool Engine::transfer(std::int32_t index, const Step& step) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  if (tile.now > now_) {
    push(tile.now, Event::core, index, 0);
    return false;
  }
  const std::int32_t id = issue(index, step);
  ++tile.at;
  if (step.engine >= 0) {
    tile.events[static_cast<std::size_t>(step.event)] = id;
    return true;
  }
  wait_for(tile, id, Tile::Wait::operation);
  return false;
}

bool Engine::wait_for_event(std::int32_t index, std::int32_t event) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  std::int32_t& id = tile.events[static_cast<std::size_t>(event)];
  if (id != kNone && !operation(id).done) {
    if (tile.now > now_) {
      push(tile.now, Event::core, index, 0);
    } else {
      ++tile.at;
      wait_for(tile, id, Tile::Wait::operation);
    }
    return false;
  }
  if (id != kNone) {
    free_operations_.push_back(id);
    id = kNone;
  }
  ++tile.at;
  return true;
}

void Engine::wait_for(Tile& tile, std::int32_t id, Tile::Wait why) {
  tile.wait = why;
  tile.waited = id;
  if (why == Tile::Wait::operation) {
    Operation& waited = operation(id);
    if (waited.flow != kNone) {
      book(flow(waited.flow));
    }
    waited.watched = tile.now;
    waited.moving = waited.input = waited.unit = 0;
  }
}

// What the core waited for is done.
void Engine::come_back(std::int32_t index) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  if (tile.wait == Tile::Wait::operation) {
    end_wait(index, operation(tile.waited));
    std::replace(tile.events.begin(), tile.events.end(), tile.waited, kNone);
    free_operations_.push_back(tile.waited);
  }
  tile.wait = Tile::Wait::none;
  tile.waited = kNone;
  ready_cores_.push_back(index);
}

// Fractions of cycles are rounded; the bins of a wait sum to it.
void Engine::end_wait(std::int32_t index, const Operation& waited) {
  Tile& tile = tiles_[static_cast<std::size_t>(index)];
  std::int64_t rest = waited.end - tile.now;
  const auto take = [&](Bin bin, double cycles) {
    const std::int64_t taken = std::min<std::int64_t>(rest, std::llround(cycles));
    spend(tile, bin, taken);
    rest -= taken;
  };
  take(Bin::unit, waited.unit);
  take(Bin::moving, waited.moving);
  take(Bin::input, waited.input);
  spend(tile, Bin::output, rest);
}

void Engine::close_op(const Tile& tile, std::int32_t graph_op) {
  constexpr std::int32_t kMostInstances = 1 << 16;  // of each loop; later ones are not told apart
  if (graph_op >= static_cast<std::int32_t>(op_ends_.size())) {
    return;
  }
  const auto index = [&](std::int32_t level) {
    return static_cast<std::size_t>(
        tile.depth > level
            ? std::min(tile.loops[static_cast<std::size_t>(level)].index, kMostInstances)
            : 0);
  };
  auto& outer = op_ends_[static_cast<std::size_t>(graph_op)];
  outer.resize(std::max(outer.size(), index(0) + 1));
  auto& inner = outer[index(0)];
  const std::size_t at =
      index(1) +
      static_cast<std::size_t>(first_index_.of(static_cast<std::size_t>(&tile - tiles_.data())));
  inner.resize(std::max(inner.size(), at + 1), 0);
  inner[at] = std::max(inner[at], tile.now);
}

}  // namespace weft::sim::trains
