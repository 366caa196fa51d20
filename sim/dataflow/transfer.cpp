// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

std::int32_t Engine::new_operation() {
  if (!free_operations_.empty()) {
    const std::int32_t id = free_operations_.back();
    free_operations_.pop_back();
    Operation& operation = operations_[static_cast<std::size_t>(id)];
    auto spans = std::move(operation.spans);
    spans.clear();
    operation = Operation{};
    operation.spans = std::move(spans);
    return id;
  }
  operations_.emplace_back();
  return static_cast<std::int32_t>(operations_.size() - 1);
}

void Engine::release_operation(std::int32_t id) { free_operations_.push_back(id); }

Claim& Engine::claim_of(Tile& tile, Unit unit, int engine) {
  return unit == Unit::engine ? tile.engines[static_cast<std::size_t>(engine)]
                              : tile.units[static_cast<std::size_t>(unit)];
}

// Takes the place behind the last claimant of a unit.
void Engine::claim(Tile& tile, Unit unit, std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  Claim& claimed = claim_of(tile, unit, operation.engine);
  if (claimed.last != kNone) {
    operations_[static_cast<std::size_t>(claimed.last)].next[static_cast<std::size_t>(unit)] = id;
    ++operation.earlier;
  }
  claimed.last = id;
}

std::int32_t Engine::issue(std::int32_t tile_index, const isa::Instr& instr, std::int64_t words) {
  Tile& tile = tiles_[static_cast<std::size_t>(tile_index)];
  const isa::TransferOperands operands = isa::transfer_operands(instr);
  const std::int32_t id = new_operation();
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  operation.opcode = instr.opcode;
  operation.sync = operands.engine < 0;
  operation.engine = static_cast<std::int8_t>(operands.engine);
  operation.tile = tile_index;
  operation.pc = tile.program.pc;
  operation.words = words;
  operation.live = tile.now;
  operation.tensor = tile.program.t[static_cast<std::size_t>(operands.tensor)];
  if (!operation.sync) {
    claim(tile, Unit::engine, id);
  }
  if (isa::uses_datapath(instr.opcode)) {
    claim(tile, Unit::datapath, id);
  }
  if (isa::is_edge(instr.opcode)) {
    claim(tile, Unit::edge, id);
    operation.address = tile.program.value(instr, operands.address);
  }
  const auto color_in_range = [&](int color) { return color < machine_.fabric().colors(); };
  bool routed = true;
  if (isa::is_receive(instr.opcode)) {
    claim(tile, Unit::ramp_in, id);
    operation.in_node = color_in_range(operands.in_color)
                            ? tile.sinks[static_cast<std::size_t>(operands.in_color)]
                            : kNone;
    routed = routed && operation.in_node != kNone;
  }
  if (isa::is_send(instr.opcode)) {
    claim(tile, Unit::ramp_out, id);
    operation.out_node = color_in_range(operands.out_color)
                             ? tile.sources[static_cast<std::size_t>(operands.out_color)]
                             : kNone;
    routed = routed && operation.out_node != kNone;
  }
  if (!routed) {
    ++operation.earlier;  // never granted: the deadlock report says why
    return id;
  }
  if (operation.in_node != kNone) {
    Node& node = nodes_[static_cast<std::size_t>(operation.in_node)];
    operation.in_first = node.claimed;
    node.claimed += words;
  }
  if (operation.out_node != kNone) {
    Node& node = nodes_[static_cast<std::size_t>(operation.out_node)];
    operation.out_first = node.claimed;
    node.claimed += words;
  }
  if (operation.earlier == 0) {
    start(id);
  }
  return id;
}

// Every earlier claimant is done: the operation may move from the last of their ends on.
void Engine::start(std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  Tile& tile = tiles_[static_cast<std::size_t>(operation.tile)];
  operation.started = true;
  operation.start = operation.live;
  const auto after = [&](Unit unit) {
    operation.start = std::max(operation.start, claim_of(tile, unit, operation.engine).free);
  };
  if (!operation.sync) {
    after(Unit::engine);
  }
  if (isa::uses_datapath(operation.opcode)) {
    after(Unit::datapath);
  }
  if (operation.in_node != kNone) {
    after(Unit::ramp_in);
    nodes_[static_cast<std::size_t>(operation.in_node)].operation = id;
  }
  if (operation.out_node != kNone) {
    after(Unit::ramp_out);
    nodes_[static_cast<std::size_t>(operation.out_node)].operation = id;
  }
  if (isa::is_edge(operation.opcode)) {
    after(Unit::edge);
  }
  if (operation.start > operation.live) {
    operation.spans.push_back({Bin::unit, operation.start});
  }
  if (isa::is_edge(operation.opcode)) {
    return ask_edge(id);
  }
  if (options_.data && operation.opcode == isa::Opcode::send) {
    send_words(operation);
  }
  queue_operation(id);
}

void Engine::queue_operation(std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  if (!operation.queued && !operation.done) {
    operation.queued = true;
    work_.push_back(id);
  }
}

// From `cycle` on the unit is free for whoever claimed it next.
void Engine::let_go(std::int32_t id, Unit unit, std::int64_t cycle) {
  const Operation& operation = operations_[static_cast<std::size_t>(id)];
  Claim& claimed =
      claim_of(tiles_[static_cast<std::size_t>(operation.tile)], unit, operation.engine);
  claimed.free = cycle;
  if (claimed.last == id) {
    claimed.last = kNone;
  }
  const std::int32_t next = operation.next[static_cast<std::size_t>(unit)];
  if (next != kNone && --operations_[static_cast<std::size_t>(next)].earlier == 0) {
    start(next);
  }
}

void Engine::complete(std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  Tile& tile = tiles_[static_cast<std::size_t>(operation.tile)];
  operation.done = true;
  if (activity_ != nullptr) {
    tell_completed(operation);
  }
  if (timeline_ && operation.out_node != kNone) {
    timeline_->sent(nodes_[static_cast<std::size_t>(operation.out_node)].tree, operation.first,
                    operation.end, operation.words);
  }
  tile.last_done = std::max(tile.last_done, operation.end);
  if (operation.in_node != kNone) {
    nodes_[static_cast<std::size_t>(operation.in_node)].operation = kNone;
    tile.totals.words_received += operation.words;
    if (options_.data && operation.out_node == kNone) {
      receive_words(operation);
    }
  }
  if (operation.out_node != kNone) {
    nodes_[static_cast<std::size_t>(operation.out_node)].operation = kNone;
    tile.totals.words_sent += operation.words;
  }
  if (!operation.sync) {
    let_go(id, Unit::engine, operation.end);
  }
  if (isa::uses_datapath(operation.opcode)) {
    let_go(id, Unit::datapath, operation.end);
  }
  if (operation.in_node != kNone) {
    let_go(id, Unit::ramp_in, operation.end);
  }
  if (operation.out_node != kNone) {
    let_go(id, Unit::ramp_out, operation.end);
  }
  if (tile.waited == id) {
    queue_core(operation.tile);
  }
}

}  // namespace weft::sim::dataflow
