// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/dataflow/engine.h"

namespace weft::sim::dataflow {

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
    const Node& child =
        nodes_[static_cast<std::size_t>(children_[static_cast<std::size_t>(from.first_child + i)])];
    limit = std::min(limit, credit(child).known() + child.places);
  }
  return limit;
}

void Engine::bound_by_arrival(std::int32_t node_index, std::int64_t word, Move& move) const {
  const Node& node = nodes_[static_cast<std::size_t>(node_index)];
  const Timeline::Window arrival =
      nodes_[static_cast<std::size_t>(node.parent)].passed.window(word);
  move.count = std::min(move.count, arrival.length);
  if (arrival.cycle + node.latency > move.cycle) {
    move.cycle = arrival.cycle + node.latency;
    move.cause = Bin::input;
  }
}

void Engine::bound_by_places(std::int32_t node_index, std::int64_t word, Move& move) const {
  const Node& node = nodes_[static_cast<std::size_t>(node_index)];
  for (std::int32_t i = 0; i < node.child_count; ++i) {
    const Node& child =
        nodes_[static_cast<std::size_t>(children_[static_cast<std::size_t>(node.first_child + i)])];
    if (word < child.places) {
      move.count = std::min(move.count, child.places - word);
      continue;
    }
    const Timeline::Window freed = credit(child).window(word - child.places);
    move.count = std::min(move.count, freed.length);
    if (freed.cycle > move.cycle) {
      move.cycle = freed.cycle;
      move.cause = Bin::output;
    }
  }
}

void Engine::bound_by_hold(std::int32_t node, std::int64_t word, Move& move) const {
  const Timeline::Window hold = nodes_[static_cast<std::size_t>(node)].held.window(word);
  move.count = std::min(move.count, hold.length);
  if (hold.cycle > move.cycle) {
    move.cycle = hold.cycle;
    move.cause = Bin::output;
  }
}

// The next words that move in consecutive cycles, not before `earliest`, and what held the first
// (on a tie the input). What is known of the branches stands in `held` of the node itself when
// links are not paced, in the branches otherwise.
Engine::Move Engine::next_move(std::int32_t in_node, std::int64_t in_word, std::int32_t out_node,
                               std::int64_t out_word, std::int64_t earliest,
                               std::int64_t limit) const {
  Move move{earliest, limit, Bin::moving};
  if (in_node != kNone) {
    bound_by_arrival(in_node, in_word, move);
  }
  if (in_node != kNone && !paced_) {
    bound_by_hold(in_node, in_word, move);
  } else if (out_node != kNone) {
    bound_by_places(out_node, out_word, move);
  }
  return move;
}

// A link slower than a word a cycle: s(w) = max(s(w-1) + den/num, ready(w)), leaving in
// floor(s(w)).
void Engine::pace(Wire& wire, Move& move) {
  if (!paced_) {
    return;
  }
  const std::int64_t num = machine_.fabric().words_per_cycle().num();
  const std::int64_t den = machine_.fabric().words_per_cycle().den();
  const std::int64_t ready = move.cycle * num;
  wire.pace_state = wire.pace_state < 0 ? ready : std::max(wire.pace_state + den, ready);
  move.count = 1;
  if (wire.pace_state / num > move.cycle) {
    move.cycle = wire.pace_state / num;
    move.cause = Bin::moving;
  }
}

// H(k) = max(start + k, H_branch(k - places) over the branches): how early a point could let words
// go if they were there. It does not depend on arrivals, and since places >= latency what arrived
// late never delays a later word beyond its own arrival; so one pass upstream and one downstream
// give the same cycles as handing places back word by word. Extends `held` of `node` up to `limit`
// words, `shift` being the word number on `out_node` less that on `node`; true when it grew.
bool Engine::publish(std::int32_t node_index, std::int32_t out_node, std::int64_t shift,
                     std::int64_t start, std::int64_t limit) {
  Node& node = nodes_[static_cast<std::size_t>(node_index)];
  const std::int64_t before = node.held.known();
  for (std::int64_t word = before; word < limit; word = node.held.known()) {
    Move move{word == before ? start : node.held.last_cycle() + 1, limit - word, Bin::moving};
    if (out_node != kNone) {
      bound_by_places(out_node, word + shift, move);
    }
    node.held.append(move.cycle, move.count);
  }
  const Node& parent = nodes_[static_cast<std::size_t>(node.parent)];
  const std::int64_t asked =
      parent.kind == isa::RouteNode::Kind::source ? parent.passed.known() : parent.held.known();
  node.held.drop_below(std::min(node.passed.known(), asked - node.places));
  return node.held.known() > before;
}

void Engine::publish_operation(const Operation& operation) {
  if (paced_ || operation.in_node == kNone) {
    return;
  }
  const Node& node = nodes_[static_cast<std::size_t>(operation.in_node)];
  const std::int64_t shift = operation.out_first - operation.in_first;
  std::int64_t limit = operation.in_first + operation.words;
  if (operation.out_node != kNone) {
    limit = std::min(limit, places_limit(operation.out_node) - shift);
  }
  const bool fresh = node.held.known() == operation.in_first;
  const std::int64_t start = fresh ? operation.start : node.held.last_cycle() + 1;
  if (publish(operation.in_node, operation.out_node, shift, start, limit)) {
    wake(node.parent);
  }
}

void Engine::pass(std::int32_t node_index, std::int64_t cycle, std::int64_t count) {
  Node& node = nodes_[static_cast<std::size_t>(node_index)];
  node.passed.append(cycle, count);
  if (!node.shared_links.empty()) {
    note_link_use(node_index, cycle, count);
  }
  std::int64_t needed = node.passed.known();
  for (std::int32_t i = 0; i < node.child_count; ++i) {
    needed = std::min(
        needed,
        nodes_[static_cast<std::size_t>(children_[static_cast<std::size_t>(node.first_child + i)])]
            .passed.known());
  }
  if (paced_ && node.parent != kNone) {
    const Node& parent = nodes_[static_cast<std::size_t>(node.parent)];
    needed = std::min(needed, parent.passed.known() - node.places);
  }
  node.passed.drop_below(needed);
}

void Engine::advance_operation(std::int32_t id) {
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  operation.queued = false;
  if (!operation.started || operation.done || isa::is_edge(operation.opcode)) {
    return;
  }
  publish_operation(operation);
  std::int64_t limit = operation.words;
  if (operation.in_node != kNone) {
    limit = std::min(limit, arrival_limit(operation.in_node) - operation.in_first);
  }
  if (operation.in_node != kNone && !paced_) {
    limit = std::min(limit, nodes_[static_cast<std::size_t>(operation.in_node)].held.known() -
                                operation.in_first);
  } else if (operation.out_node != kNone) {
    limit = std::min(limit, places_limit(operation.out_node) - operation.out_first);
  }
  if (limit <= operation.moved) {
    return;
  }
  while (operation.moved < limit) {
    move_words(operation, limit);
  }
  if (options_.data && isa::is_forward(operation.opcode) && !operation.forwarded) {
    forward_words(operation);
  }
  const std::int32_t in_node = operation.in_node;
  const std::int32_t out_node = operation.out_node;
  if (operation.moved == operation.words) {
    complete(id);
  }
  if (in_node != kNone && paced_) {
    wake(nodes_[static_cast<std::size_t>(in_node)].parent);
  }
  if (out_node != kNone) {
    wake_children(out_node);
  }
}

// The next stretch of words that move in step, recorded on both colors and in the operation's life.
void Engine::move_words(Operation& operation, std::int64_t limit) {
  const std::int64_t earliest = operation.moved == 0 ? operation.start : operation.end;
  Move move = next_move(operation.in_node, operation.in_first + operation.moved, operation.out_node,
                        operation.out_first + operation.moved, earliest, limit - operation.moved);
  if (operation.out_node != kNone) {
    pace(
        wires_[static_cast<std::size_t>(nodes_[static_cast<std::size_t>(operation.out_node)].tree)],
        move);
  }
  if (move.cycle > earliest) {
    operation.spans.push_back({move.cause, move.cycle});
  }
  if (operation.moved == 0) {
    operation.first = move.cycle;
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

void Engine::advance_fork(std::int32_t node_index) {
  Node& node = nodes_[static_cast<std::size_t>(node_index)];
  node.queued = false;
  std::int64_t limit = places_limit(node_index);
  if (!paced_) {
    const std::int64_t earliest = node.held.known() == 0 ? 0 : node.held.last_cycle() + 1;
    if (publish(node_index, node_index, 0, earliest, limit)) {
      wake(node.parent);
    }
  }
  limit = std::min(limit, arrival_limit(node_index));
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
  if (paced_) {
    wake(node.parent);
  }
  wake_children(node_index);
}

void Engine::wake_children(std::int32_t node_index) {
  const Node& node = nodes_[static_cast<std::size_t>(node_index)];
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
