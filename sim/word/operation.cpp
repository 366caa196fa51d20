// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/word/engine.h"

namespace weft::sim::word {

// Takes the place behind the last claimant of a unit.
void Engine::claim(Core& core, std::uint8_t unit, std::int32_t id) {
  Operation& claimant = operation(id);
  claimant.units[claimant.claims++] = unit;
  std::int32_t& last = core.last_claimant[unit];
  if (last != kNone) {
    Operation& before = operation(last);
    const auto at = std::find(before.units.begin(), before.units.begin() + before.claims, unit);
    before.next[static_cast<std::size_t>(at - before.units.begin())] = id;
    ++claimant.earlier;
  }
  last = id;
}

std::int32_t Engine::issue(std::int32_t index, const isa::Instr& instr, std::int64_t words) {
  if (free_operations_.empty()) {
    free_operations_.push_back(static_cast<std::int32_t>(operations_.size()));
    operations_.emplace_back();
  }
  const std::int32_t id = free_operations_.back();
  free_operations_.pop_back();
  ++live_operations_;
  Core& core = this->core(index);
  const isa::TransferOperands operands = isa::transfer_operands(instr);
  Operation& issued = operation(id) = Operation{};
  if (timeline_) {
    pasts_.resize(operations_.size());
    pasts_[static_cast<std::size_t>(id)].stretches.clear();
  }
  issued.opcode = instr.opcode;
  issued.core = index;
  issued.pc = core.program->pc;
  issued.words = words;
  issued.live = core.now;
  issued.tensor = core.program->t[static_cast<std::size_t>(operands.tensor)];
  const auto of_color = [](const std::vector<std::int32_t>& ends, int color) {
    return color < static_cast<int>(ends.size()) ? ends[static_cast<std::size_t>(color)] : kNone;
  };
  bool routed = true;
  if (isa::is_receive(instr.opcode)) {
    claim(core, unit::ramp_in, id);
    issued.sink = of_color(core.sinks, operands.in_color);
    routed = routed && issued.sink != kNone;
  }
  if (isa::is_send(instr.opcode)) {
    claim(core, unit::ramp_out, id);
    issued.tree = of_color(core.trees, operands.out_color);
    routed = routed && issued.tree != kNone;
  }
  if (isa::uses_datapath(instr.opcode)) {
    claim(core, unit::datapath, id);
  }
  if (isa::is_edge(instr.opcode)) {
    claim(core, unit::edge, id);
    issued.address = core.program->value(instr, operands.address);
  }
  if (operands.engine >= 0) {
    claim(core, static_cast<std::uint8_t>(unit::first_engine + operands.engine), id);
  }
  if (!routed) {
    ++issued.earlier;  // never granted: the deadlock report says why
    return id;
  }
  if (issued.sink != kNone) {
    issued.in_first = claimed_in_[static_cast<std::size_t>(issued.sink)];
    claimed_in_[static_cast<std::size_t>(issued.sink)] += words;
  }
  if (issued.tree != kNone) {
    issued.out_first = claimed_out_[static_cast<std::size_t>(issued.tree)];
    claimed_out_[static_cast<std::size_t>(issued.tree)] += words;
  }
  if (issued.earlier == 0) {
    start(id);
  }
  return id;
}

// Every earlier claimant of its units is done.
void Engine::start(std::int32_t id) {
  Operation& started = operation(id);
  started.started = true;
  started.next_cycle = started.streak = now_;
  account(started, Bin::unit, started.live, now_);
  if (isa::is_edge(started.opcode)) {
    return ask_edge(id);
  }
  if (started.sink != kNone) {
    sink_operation_[static_cast<std::size_t>(started.sink)] = id;
  }
  if (started.tree != kNone) {
    source_operation_[static_cast<std::size_t>(started.tree)] = id;
  }
  if (options_.data && started.opcode == isa::Opcode::send) {
    send_values(started);
  }
  trying_.push_back(id);
}

// The unit goes to whoever claimed it next.
void Engine::pass_on(std::int32_t id, std::size_t claim) {
  const Operation& holder = operation(id);
  std::int32_t& last = core(holder.core).last_claimant[holder.units[claim]];
  last = last == id ? kNone : last;
  const std::int32_t next = holder.next[claim];
  if (next != kNone && --operation(next).earlier == 0) {
    start(next);
  }
}

// The cycle after its last word: the units go to those who claimed them next.
void Engine::let_go(std::int32_t id) {
  Operation& ended = operation(id);
  Core& core = this->core(ended.core);
  ended.done = true;
  --live_operations_;
  core.last_done = std::max(core.last_done, now_);
  if (ended.sink != kNone) {
    sink_operation_[static_cast<std::size_t>(ended.sink)] = kNone;
    core.totals.words_received += ended.words;
  }
  if (ended.tree != kNone) {
    source_operation_[static_cast<std::size_t>(ended.tree)] = kNone;
    core.totals.words_sent += ended.words;
    if (timeline_) {
      timeline_->sent(ended.tree, pasts_[static_cast<std::size_t>(id)].first, now_, ended.words);
    }
  }
  if (isa::is_edge(ended.opcode)) {
    account(ended, Bin::memory, ended.streak, now_);
  }
  for (std::size_t i = 0; i < ended.claims; ++i) {
    if (ended.units[i] == unit::datapath) {
      core.datapath_free = now_;
    }
    if (ended.units[i] != unit::edge) {
      pass_on(id, i);
    }
  }
  if (core.waited == id) {
    end_wait(ended.core, now_);
  }
}

// Cycles [from, to) of an operation's life: they are the core's if it stood still for it.
void Engine::account(Operation& of, Bin bin, std::int64_t from, std::int64_t to) {
  static_assert(static_cast<int>(Bin::memory) - static_cast<int>(Bin::moving) == 4);
  from = std::max(from, of.watched);
  if (from >= to) {
    return;
  }
  of.spent[static_cast<std::size_t>(bin) - static_cast<std::size_t>(Bin::moving)] += to - from;
  if (timeline_) {
    pasts_[static_cast<std::size_t>(&of - operations_.data())].stretches.push_back({bin, from, to});
  }
}

void Engine::room_at(std::int32_t tree) {
  if (const std::int32_t id = source_operation_[static_cast<std::size_t>(tree)]; id != kNone) {
    try_to_move(id);
  }
}

void Engine::word_at(std::int32_t sink) {
  if (const std::int32_t id = sink_operation_[static_cast<std::size_t>(sink)]; id != kNone) {
    try_to_move(id);
  }
}

// Moves the next word if it can move in this cycle. Asked again whenever that may have changed.
void Engine::try_to_move(std::int32_t id) {
  const Operation& asking = operation(id);
  const bool may = asking.moved < asking.words && asking.next_cycle <= now_ &&
                   (asking.sink == kNone || fabric_.has_word(asking.sink)) &&
                   (asking.tree == kNone || (fabric_.has_room(asking.tree) && pace_allows(id) &&
                                             fabric_.take_links(asking.tree)));
  if (may) {
    move_word(id);
  }
}

// A link of num/den words a cycle: s(w) = max(s(w-1) + den/num, ready(w)), leaving in floor(s(w)).
bool Engine::pace_allows(std::int32_t id) {
  if (!paced_) {
    return true;
  }
  Operation& asking = operation(id);
  const std::int64_t num = machine_.fabric().words_per_cycle().num();
  std::int64_t& pace = pace_[static_cast<std::size_t>(asking.tree)];
  if (asking.ready < 0) {
    asking.ready = now_;
    pace = pace < 0 ? now_ * num
                    : std::max(pace + machine_.fabric().words_per_cycle().den(), now_ * num);
    if (pace / num > now_) {
      agenda_.add(pace / num, ~id);
    }
  }
  return pace / num <= now_;
}

// What held back a word that moves now: the binding term of the maximum, on a tie the input.
Bin Engine::cause_of_gap(const Operation& moving) const {
  if (paced_ && moving.tree != kNone && moving.ready < now_ &&
      pace_[static_cast<std::size_t>(moving.tree)] / machine_.fabric().words_per_cycle().num() ==
          now_) {
    return Bin::moving;
  }
  return moving.sink != kNone && fabric_.has_new_word(moving.sink) ? Bin::input : Bin::output;
}

void Engine::move_word(std::int32_t id) {
  Operation& moving = operation(id);
  if (now_ > moving.next_cycle) {
    account(moving, Bin::moving, moving.streak, moving.next_cycle);
    account(moving, cause_of_gap(moving), moving.next_cycle, now_);
    moving.streak = now_;
  }
  if (timeline_ && moving.moved == 0) {
    pasts_[static_cast<std::size_t>(id)].first = now_;
  }
  moving.next_cycle = now_ + 1;
  moving.ready = -1;
  if (moving.sink != kNone) {
    fabric_.consume(moving.sink);
  }
  if (moving.tree != kNone) {
    fabric_.issue(moving.tree);
  }
  if (++moving.moved == moving.words) {
    account(moving, Bin::moving, moving.streak, moving.next_cycle);
    finished_.push_back(id);
    if (options_.data && moving.sink != kNone) {
      finish_values(moving);
    }
  } else if (moving.sink == kNone) {
    trying_next_.push_back(id);
  }
}

}  // namespace weft::sim::word
