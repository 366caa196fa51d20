// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "isa/verify/replay.h"

namespace weft::isa {

// In issue order: a transfer starts once none before it holds one of its units.
Replay::Held Replay::move_pending(std::uint32_t index) {
  Held held;
  const std::vector<CommStep>& steps = trace_of(index).steps;
  std::int32_t* link = &tiles_[index].pending;
  while (*link != kNone) {
    const std::int32_t id = *link;
    Pending& pending = pool_[static_cast<std::size_t>(id)];
    const CommStep& step = steps[pending.step];
    const std::uint64_t engine = step.engine < 0 ? 0 : std::uint64_t{1} << step.engine;
    const auto units = static_cast<std::uint8_t>(
        (step.units == CommStep::kDatapath ? Held::kDatapath : 0) |
        (step.units == CommStep::kEdge ? Held::kEdge : 0) |
        (step.in_port >= 0 ? Held::kRampIn : 0) | (step.out_port >= 0 ? Held::kRampOut : 0));
    if ((held.engines & engine) == 0 && (held.units & units) == 0) {
      pending.left -= move(index, step, pending.left);
      if (step.out_port < 0 && step.in_port >= 0) {
        set_ready(net_.first_port[index] + static_cast<std::uint32_t>(step.in_port),
                  pending.left > 0);
      }
    }
    if (pending.left == 0) {
      *link = pending.next;
      pending.next = free_;
      free_ = id;
      --pending_;
      continue;
    }
    held.engines |= engine;
    held.units |= units | (step.engine < 0 ? Held::kCore : std::uint8_t{0});
    held.events |= step.engine < 0 ? 0 : static_cast<std::uint16_t>(1u << step.event);
    link = &pending.next;
  }
  return held;
}

// The words of a transfer that can move now, moved.
std::uint32_t Replay::move(std::uint32_t tile, const CommStep& step, std::uint32_t left) {
  const std::uint32_t first = net_.first_port[tile];
  const auto in = first + static_cast<std::uint32_t>(step.in_port);
  const auto out = first + static_cast<std::uint32_t>(step.out_port);
  std::uint32_t words = left;
  if (step.in_port >= 0) {
    const NetNode& node = net_.nodes[in];
    words = std::min(words, net_.nodes[node.up].passed - node.passed);
  }
  bool poured = false;
  if (step.out_port >= 0) {
    const std::uint32_t places = room(net_.nodes[out]);
    if (words > places) {
      const std::uint32_t at_once = net_.nodes[out].tree == 0 ? pour(out, words) : 0;
      poured = at_once > 0;
      words = poured ? at_once : places;
    }
  }
  if (words == 0) {
    return 0;
  }
  if (step.in_port >= 0) {
    under_way_ -= words;
    net_.nodes[in].passed += words;
    wake_up(net_.nodes[in].up);
  }
  if (step.out_port >= 0 && !poured) {
    pass(out, words);
  }
  return words;
}

void Replay::set_ready(std::uint32_t index, bool ready) {
  NetNode& sink = net_.nodes[index];
  if (sink.ready == ready) {
    return;
  }
  sink.ready = ready;
  NetNode& source = net_.nodes[sink.tree];
  source.tree += ready ? UINT32_MAX : 1;
  if (source.tree == 0) {
    queue_tile(source.up);
  }
}

// Parents first, until `f` says false.
template <class F>
bool Replay::for_all_behind(std::uint32_t source, F&& f) {
  behind_.assign(1, net_.nodes[source].down);
  while (!behind_.empty()) {
    const std::uint32_t index = behind_.back();
    behind_.pop_back();
    NetNode& node = net_.nodes[index];
    if (node.sibling != NetNode::kNone) {
      behind_.push_back(node.sibling);
    }
    if (node.kind == NetNode::Kind::fork) {
      behind_.push_back(node.down);
    }
    if (!f(node)) {
      return false;
    }
  }
  return true;
}

// While all cores of a tree take words, each word can go all the way before the next: moves as many
// as all of them take, together with those under way.
std::uint32_t Replay::pour(std::uint32_t source, std::uint32_t words) {
  const std::uint32_t before = net_.nodes[source].passed;
  std::int64_t under_way = 0;
  const bool all = spare_ > 0 && for_all_behind(source, [&](const NetNode& node) {
                     const std::uint32_t missing = before - node.passed;
                     under_way += net_.nodes[node.up].passed - node.passed;
                     if (node.kind == NetNode::Kind::sink) {
                       const std::uint32_t left = receive_of(node).left;
                       words = left > missing ? std::min(words, left - missing) : 0;
                     }
                     --spare_;
                     return words > 0;
                   });
  if (!all) {
    return 0;
  }
  const std::uint32_t passed = before + words;
  for_all_behind(source, [&](NetNode& node) {
    if (node.kind == NetNode::Kind::sink) {
      receive_of(node).left -= passed - node.passed;
      queue_tile(node.down);
    }
    node.passed = passed;
    ++spare_;
    return true;
  });
  net_.nodes[source].passed = passed;
  under_way_ -= under_way;
  return words;
}

// Of a sink that is ready.
Replay::Pending& Replay::receive_of(const NetNode& sink) {
  const std::vector<CommStep>& steps = trace_of(sink.down).steps;
  const auto port = static_cast<std::int8_t>(&sink - &net_.nodes[net_.first_port[sink.down]]);
  std::int32_t id = tiles_[sink.down].pending;
  while (steps[pool_[static_cast<std::size_t>(id)].step].in_port != port) {
    id = pool_[static_cast<std::size_t>(id)].next;
  }
  return pool_[static_cast<std::size_t>(id)];
}

// Words that may leave a node: each needs a place in every branch.
std::uint32_t Replay::room(const NetNode& node) const {
  std::uint32_t least = UINT32_MAX;
  for (std::uint32_t i = node.down; i != NetNode::kNone; i = net_.nodes[i].sibling) {
    const NetNode& child = net_.nodes[i];
    least = std::min(least, child.passed + child.places - node.passed);
  }
  return node.down == NetNode::kNone ? 0 : least;
}

void Replay::pass(std::uint32_t index, std::uint32_t words) {
  NetNode& node = net_.nodes[index];
  node.passed += words;
  for (std::uint32_t i = node.down; i != NetNode::kNone; i = net_.nodes[i].sibling) {
    under_way_ += words;
    wake_down(i);
  }
}

void Replay::move_fork(std::uint32_t index) {
  NetNode& node = net_.nodes[index];
  node.queued = false;
  const std::uint32_t words = std::min(net_.nodes[node.up].passed - node.passed, room(node));
  if (words > 0) {
    under_way_ -= words;
    pass(index, words);
    wake_up(node.up);
  }
}

// A node has more room.
void Replay::wake_up(std::uint32_t index) {
  const NetNode& node = net_.nodes[index];
  node.kind == NetNode::Kind::fork ? queue_fork(index) : queue_tile(node.up);
}

// More words have come to a node.
void Replay::wake_down(std::uint32_t index) {
  const NetNode& node = net_.nodes[index];
  node.kind == NetNode::Kind::fork ? queue_fork(index) : queue_tile(node.down);
}

void Replay::queue_tile(std::uint32_t index) {
  Tile& tile = tiles_[index];
  if (!tile.queued && tile.pending != kNone) {
    tile.queued = true;
    work_.push_back(index);
  }
}

void Replay::queue_fork(std::uint32_t index) {
  NetNode& node = net_.nodes[index];
  if (!node.queued) {
    node.queued = true;
    work_.push_back(static_cast<std::uint32_t>(tiles_.size()) + index);
  }
}

}  // namespace weft::isa
