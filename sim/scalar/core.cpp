// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/scalar/operation.h"

namespace weft::sim::scalar {

void Engine::run_core(std::int32_t tile_index) {
  Tile& tile = tile_at(tile_index);
  Operation* const slots = operations_.data() + tile.slots;
  Unit& datapath = units_[static_cast<std::size_t>(tile.units)];
  const Code* at = codes_ + tile.at;
  const Time until = until_;
  Time now = tile.now;
  const auto stand = [&](std::int32_t waited) {
    tile.at = static_cast<std::int32_t>(at - codes_);
    tile.now = now;
    tile.waited = static_cast<std::int16_t>(waited);
  };
  // False when the operation of the slot is still in flight; otherwise the core has waited for it.
  const auto ended = [&](std::int32_t slot) {
    Operation& operation = slots[slot];
    if (operation.state == Operation::State::done) {
      if (operation.end > now) {
        if (timeline_) {
          tell_wait(operation, now);
        }
        settle(tile, now, operation);
      }
      operation.state = Operation::State::free;
      if (operation.inside == Wait::count_) {
        forget_pauses(operation);
      }
    }
    return operation.state == Operation::State::free;
  };
  while (now < until) {
    const Code& code = *at;
    switch (code.kind) {
      case Code::Kind::compute:
        if (datapath.last != kNone) {
          return stand(datapath.last);
        }
        now += code.setup;
        if (datapath.free > now) {
          if (timeline_) {
            tell(tile_index, Bin::unit, now, datapath.free);
          }
          tile.wait(Wait::unit) += datapath.free - now;
          now = datapath.free;
        }
        if (timeline_) {
          tell(tile_index, Bin::compute, now, now + code.amount);
        }
        now += code.amount;
        datapath.free = now;
        break;
      case Code::Kind::send:
      case Code::Kind::receive:
      case Code::Kind::forward:
        if (code.sync) {
          if (slots[code.slot].state == Operation::State::free) {
            issue(tile, tile_index, code, now);
          }
          if (!ended(code.slot)) {
            return stand(code.slot);
          }
        } else {
          if (!ended(code.slot)) {
            return stand(code.slot);
          }
          now += code.setup;
          issue(tile, tile_index, code, now);
        }
        break;
      case Code::Kind::wait:
        if (!ended(code.slot)) {
          return stand(code.slot);
        }
        break;
      case Code::Kind::loop:
        tile.loops[code.level] = code.index;
        break;
      case Code::Kind::end:
        if (++tile.loops[code.level] < code.index) {
          now += code.amount;
          at -= code.back;
          continue;
        }
        tile.loops[code.level] = 0;
        break;
      case Code::Kind::op:
        settle_op(tile_index, code.graph_op, now);
        break;
      case Code::Kind::op_end:
        close_op(tile, code.graph_op, now);
        settle_op(tile_index, -1, now);
        break;
      case Code::Kind::halt:
        settle_op(tile_index, -1, now);
        if (timeline_) {
          tell(tile_index, Bin::compute, now, now);
        }
        tile.halted = true;
        ended_[static_cast<std::size_t>(tile_index)] = now + epoch_;
        --running_;
        return stand(kNone);
    }
    now += code.after;
    ++at;
  }
  stand(kNone);
  parked_.push_back(tile_index);
}

// The core stood still from now to the operation's end: each of those cycles is what the operation
// was doing in it. Cycles in which words moved are what is left in the end.
void Engine::settle(Tile& tile, Time& now, const Operation& operation) const {
  Time from = now;
  if (operation.start > from) {
    tile.wait(Wait::unit) += operation.start - from;
    from = operation.start;
  }
  if (operation.first > from) {
    tile.wait(operation.before) += operation.first - from;
    from = operation.first;
  }
  if (operation.pause != Operation::kNoPause) {
    settle_pauses(tile, from, operation);
  }
  now = operation.end;
}

void Engine::settle_pauses(Tile& tile, Time from, const Operation& operation) const {
  const auto add = [&](const Pause& pause) {
    tile.wait(pause.cause) += std::max<Time>(0, pause.end - std::max(from, pause.begin));
  };
  if (operation.inside != Wait::count_) {
    const Time length = operation.end - operation.first - code_of(operation).amount;
    add({operation.pause, operation.pause + length, operation.inside});
    return;
  }
  for (const Pause& pause : pauses_[static_cast<std::size_t>(operation.pause)]) {
    add(pause);
  }
}

// Books what the tile did since it was last done under the op it was at.
void Engine::settle_op(std::int32_t tile_index, std::int32_t next, Time now) {
  if (op_spent_.size() < 2) {
    return;
  }
  const Tile& tile = tile_at(tile_index);
  Settled& settled = settled_[static_cast<std::size_t>(tile_index)];
  const bool none = settled.op < 0 || settled.op + 1 >= static_cast<std::int32_t>(op_spent_.size());
  Spent& spent = none ? op_spent_.back() : op_spent_[static_cast<std::size_t>(settled.op)];
  spent.all += now + epoch_ - settled.now;
  for (std::size_t cause = 0; cause < tile.waits.size(); ++cause) {
    spent.waits[cause] += tile.waits[cause] - settled.waits[cause];
  }
  settled = {next, now + epoch_, tile.waits};
}

// The run of instructions of one graph op ended: its instance is told by the two outermost loops.
void Engine::close_op(const Tile& tile, std::int32_t graph_op, Time now) {
  constexpr std::int32_t kMostInstances = 1 << 16;  // of each loop; later ones are not told apart
  if (graph_op < 0 || graph_op >= static_cast<std::int32_t>(op_ends_.size())) {
    return;
  }
  const auto index = [&](std::size_t level) {
    return static_cast<std::size_t>(std::min(tile.loops[level], kMostInstances));
  };
  auto& outer = op_ends_[static_cast<std::size_t>(graph_op)];
  if (outer.size() <= index(0)) {
    outer.resize(index(0) + 1);
  }
  auto& inner = outer[index(0)];
  const std::size_t at =
      index(1) +
      static_cast<std::size_t>(first_index_.of(static_cast<std::size_t>(&tile - tiles_.data())));
  if (inner.size() <= at) {
    inner.resize(at + 1, 0);
  }
  inner[at] = std::max(inner[at], now + epoch_);
}

}  // namespace weft::sim::scalar
