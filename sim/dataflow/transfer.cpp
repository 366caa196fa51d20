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
  const auto color_in_range = [&](int color) {
    return color < machine_.fabric().colors();
  };
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
  if (operation.start > operation.live) {
    operation.spans.push_back({Bin::unit, operation.start});
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

// Words of `node` that have an arrival cycle.
std::int64_t Engine::arrival_limit(std::int32_t node) const {
  return nodes_[static_cast<std::size_t>(nodes_[static_cast<std::size_t>(node)].parent)]
      .passed.known();
}

// Words of `node` for which every branch has a place with a known cycle.
std::int64_t Engine::places_limit(std::int32_t node) const {
  const Node& from = nodes_[static_cast<std::size_t>(node)];
  std::int64_t limit = from.child_count == 0 ? 0 : INT64_MAX;
  for (std::int32_t i = 0; i < from.child_count; ++i) {
    const Node& child = nodes_[static_cast<std::size_t>(
        children_[static_cast<std::size_t>(from.first_child + i)])];
    limit = std::min(limit, child.passed.known() + child.places);
  }
  return limit;
}

// The next words that move in consecutive cycles, not before `earliest`, and what held the first.
Engine::Move Engine::next_move(std::int32_t in_node, std::int64_t in_word, std::int32_t out_node,
                               std::int64_t out_word, std::int64_t earliest,
                               std::int64_t limit) const {
  Move move{earliest, limit, Bin::moving};
  if (in_node != kNone) {
    const Node& node = nodes_[static_cast<std::size_t>(in_node)];
    const Timeline::Window arrival =
        nodes_[static_cast<std::size_t>(node.parent)].passed.window(in_word);
    move.count = std::min(move.count, arrival.length);
    if (arrival.cycle + node.latency > move.cycle) {
      move.cycle = arrival.cycle + node.latency;
      move.cause = Bin::input;
    }
  }
  if (out_node != kNone) {
    const Node& node = nodes_[static_cast<std::size_t>(out_node)];
    for (std::int32_t i = 0; i < node.child_count; ++i) {
      const Node& child = nodes_[static_cast<std::size_t>(
          children_[static_cast<std::size_t>(node.first_child + i)])];
      const std::int64_t word = out_word - child.places;
      if (word < 0) {
        move.count = std::min(move.count, -word);
        continue;
      }
      const Timeline::Window freed = child.passed.window(word);
      move.count = std::min(move.count, freed.length);
      if (freed.cycle > move.cycle) {
        move.cycle = freed.cycle;
        move.cause = Bin::output;
      }
    }
  }
  return move;
}

// A link slower than a word a cycle: s(w) = max(s(w-1) + den/num, ready(w)), leaving in floor(s(w)).
void Engine::pace(Wire& wire, Move& move) {
  const std::int64_t num = machine_.fabric().words_per_cycle().num();
  const std::int64_t den = machine_.fabric().words_per_cycle().den();
  if (num == den) {
    return;
  }
  const std::int64_t ready = move.cycle * num;
  wire.pace_state = wire.pace_state < 0 ? ready : std::max(wire.pace_state + den, ready);
  move.count = 1;
  if (wire.pace_state / num > move.cycle) {
    move.cycle = wire.pace_state / num;
    move.cause = Bin::moving;
  }
}

void Engine::pass(std::int32_t node_index, std::int64_t cycle, std::int64_t count) {
  Node& node = nodes_[static_cast<std::size_t>(node_index)];
  node.passed.append(cycle, count);
  if (node.shared) {
    note_link_use(node_index, cycle, count);
  }
  std::int64_t needed = node.passed.known();
  for (std::int32_t i = 0; i < node.child_count; ++i) {
    needed = std::min(needed, nodes_[static_cast<std::size_t>(children_[static_cast<std::size_t>(
                                         node.first_child + i)])]
                                  .passed.known());
  }
  if (node.parent != kNone) {
    const Node& parent = nodes_[static_cast<std::size_t>(node.parent)];
    needed = std::min(needed, parent.passed.known() - node.places);
  }
  node.passed.drop_below(needed);
}

void Engine::advance_operation(std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  operation.queued = false;
  if (!operation.started || operation.done) {
    return;
  }
  std::int64_t limit = operation.words;
  if (operation.in_node != kNone) {
    limit = std::min(limit, arrival_limit(operation.in_node) - operation.in_first);
  }
  if (operation.out_node != kNone) {
    limit = std::min(limit, places_limit(operation.out_node) - operation.out_first);
  }
  if (limit <= operation.moved) {
    return;
  }
  while (operation.moved < limit) {
    const std::int64_t earliest =
        operation.moved == 0 ? operation.start : operation.end;
    Move move = next_move(operation.in_node, operation.in_first + operation.moved,
                          operation.out_node, operation.out_first + operation.moved, earliest,
                          limit - operation.moved);
    if (operation.out_node != kNone) {
      pace(wires_[static_cast<std::size_t>(
               nodes_[static_cast<std::size_t>(operation.out_node)].tree)],
           move);
    }
    if (move.cycle > earliest) {
      operation.spans.push_back({move.cause, move.cycle});
    }
    operation.end = move.cycle + move.count;
    if (!operation.spans.empty() && operation.spans.back().bin == Bin::moving) {
      operation.spans.back().end = operation.end;
    } else {
      operation.spans.push_back({Bin::moving, operation.end});
    }
    if (operation.in_node != kNone) {
      pass(operation.in_node, move.cycle, move.count);
    }
    if (operation.out_node != kNone) {
      pass(operation.out_node, move.cycle, move.count);
    }
    operation.moved += move.count;
  }
  if (options_.data && isa::is_forward(operation.opcode) && !operation.forwarded) {
    forward_words(operation);
  }
  const bool finished = operation.moved == operation.words;
  const std::int32_t in_node = operation.in_node;
  const std::int32_t out_node = operation.out_node;
  if (finished) {
    complete(id);
  }
  if (in_node != kNone) {
    wake(nodes_[static_cast<std::size_t>(in_node)].parent);
  }
  if (out_node != kNone) {
    const Node& node = nodes_[static_cast<std::size_t>(out_node)];
    for (std::int32_t i = 0; i < node.child_count; ++i) {
      wake(children_[static_cast<std::size_t>(node.first_child + i)]);
    }
  }
}

void Engine::complete(std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  Tile& tile = tiles_[static_cast<std::size_t>(operation.tile)];
  operation.done = true;
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
  const auto let_go = [&](Unit unit) {
    Claim& claimed = claim_of(tile, unit, operation.engine);
    claimed.free = operation.end;
    if (claimed.last == id) {
      claimed.last = kNone;
    }
    const std::int32_t next = operation.next[static_cast<std::size_t>(unit)];
    if (next != kNone && --operations_[static_cast<std::size_t>(next)].earlier == 0) {
      start(next);
    }
  };
  if (!operation.sync) {
    let_go(Unit::engine);
  }
  if (isa::uses_datapath(operation.opcode)) {
    let_go(Unit::datapath);
  }
  if (operation.in_node != kNone) {
    let_go(Unit::ramp_in);
  }
  if (operation.out_node != kNone) {
    let_go(Unit::ramp_out);
  }
  if (tile.waited == id) {
    queue_core(operation.tile);
  }
}

void Engine::advance_fork(std::int32_t node_index) {
  Node& node = nodes_[static_cast<std::size_t>(node_index)];
  node.queued = false;
  const std::int64_t limit = std::min(arrival_limit(node_index), places_limit(node_index));
  std::int64_t word = node.passed.known();
  if (limit <= word) {
    return;
  }
  while (word < limit) {
    const std::int64_t earliest = word == 0 ? 0 : node.passed.last_cycle() + 1;
    const Move move = next_move(node_index, word, node_index, word, earliest, limit - word);
    pass(node_index, move.cycle, move.count);
    word += move.count;
  }
  wake(node.parent);
  for (std::int32_t i = 0; i < node.child_count; ++i) {
    wake(children_[static_cast<std::size_t>(node.first_child + i)]);
  }
}

// Something a node waits for may have grown.
void Engine::wake(std::int32_t node_index) {
  Node& node = nodes_[static_cast<std::size_t>(node_index)];
  if (node.kind == isa::RouteNode::Kind::fork) {
    if (!node.queued) {
      node.queued = true;
      work_.push_back(~static_cast<std::int64_t>(node_index));
    }
  } else if (node.operation != kNone) {
    queue_operation(node.operation);
  }
}

}  // namespace weft::sim::dataflow
