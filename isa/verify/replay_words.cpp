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
    const auto units = static_cast<std::uint8_t>((step.uses_datapath != 0 ? Held::kDatapath : 0) |
                                                 (step.in_port >= 0 ? Held::kRampIn : 0) |
                                                 (step.out_port >= 0 ? Held::kRampOut : 0));
    if ((held.engines & engine) == 0 && (held.units & units) == 0) {
      pending.left -= move(index, step, pending.left);
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
  if (step.out_port >= 0) {
    words = std::min(words, room(net_.nodes[out]));
  }
  if (words == 0) {
    return 0;
  }
  if (step.in_port >= 0) {
    under_way_ -= words;
    net_.nodes[in].passed += words;
    wake_up(net_.nodes[in].up);
  }
  if (step.out_port >= 0) {
    pass(out, words);
  }
  return words;
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
