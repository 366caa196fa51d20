// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "isa/verify/skeleton.h"

namespace weft::isa {

std::int32_t& Skeleton::last_claim(std::int32_t tile, Unit unit, std::int32_t engine) {
  const auto at = static_cast<std::size_t>(tile);
  return unit == Unit::engine ? engine_claims_[at * engines_ + static_cast<std::size_t>(engine)]
                              : cores_[at].last[static_cast<std::size_t>(unit)];
}

void Skeleton::claim(std::int32_t id, Unit unit) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(id)];
  std::int32_t& last = last_claim(transfer.tile, unit, transfer.engine);
  if (last != kNobody) {
    transfers_[static_cast<std::size_t>(last)].next[static_cast<std::size_t>(unit)] = id;
    ++transfer.earlier;
  }
  last = id;
}

bool Skeleton::connect(Core& core, const Step& step, Transfer& transfer) {
  const TransferOperands& operands = step.transfer;
  const auto first = static_cast<std::size_t>(transfer.tile) * colors_;
  if (operands.in_color >= 0) {
    transfer.in_node = sinks_[first + static_cast<std::size_t>(operands.in_color)];
    if (transfer.in_node == kNobody) {
      say(core, Rule::unrouted,
          fmt::format("receives color c{}, which no route brings to this tile's ramp; add the "
                      "route or mend the color",
                      operands.in_color));
    }
  }
  if (operands.out_color >= 0) {
    transfer.out_node = sources_[first + static_cast<std::size_t>(operands.out_color)];
    if (transfer.out_node == kNobody) {
      say(core, Rule::unrouted,
          fmt::format("sends color c{}, which no route takes from this tile's ramp; add the route "
                      "or mend the color",
                      operands.out_color));
    }
  }
  return (operands.in_color < 0 || transfer.in_node != kNobody) &&
         (operands.out_color < 0 || transfer.out_node != kNobody);
}

void Skeleton::claim_units(std::int32_t id, DType dtype) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(id)];
  if (!transfer.sync) {
    claim(id, Unit::engine);
  }
  if (uses_datapath(transfer.opcode)) {
    claim(id, Unit::datapath);
  }
  if (is_edge(transfer.opcode)) {
    claim(id, Unit::edge);
  }
  if (transfer.in_node != kNobody) {
    claim(id, Unit::ramp_in);
    SkeletonNode& node = nodes_[static_cast<std::size_t>(transfer.in_node)];
    transfer.in_first = node.claimed;
    node.claimed += transfer.words;
    trains_.receive(node.sink, {transfer.words, transfer.pc, dtype});
  }
  if (transfer.out_node != kNobody) {
    claim(id, Unit::ramp_out);
    SkeletonNode& node = nodes_[static_cast<std::size_t>(transfer.out_node)];
    transfer.out_first = node.claimed;
    node.claimed += transfer.words;
    trains_.send(node.tree, {transfer.words, transfer.pc, dtype});
  }
}

void Skeleton::begin(std::int32_t id) {
  if (transfers_[static_cast<std::size_t>(id)].earlier == 0) {
    start(id);
    move(id);
  }
}

void Skeleton::start(std::int32_t id) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(id)];
  transfer.started = true;
  for (const std::int32_t node : {transfer.in_node, transfer.out_node}) {
    if (node != kNobody) {
      nodes_[static_cast<std::size_t>(node)].transfer = id;
    }
  }
}

// Words that have left the parent of a node.
std::int64_t Skeleton::arrived(std::int32_t node) const {
  const SkeletonNode& at = nodes_[static_cast<std::size_t>(node)];
  return nodes_[static_cast<std::size_t>(at.parent)].passed;
}

// Words that may leave a node: each needs a place in every branch.
std::int64_t Skeleton::room(std::int32_t node) const {
  const SkeletonNode& at = nodes_[static_cast<std::size_t>(node)];
  std::int64_t limit = at.child_count == 0 ? 0 : INT64_MAX;
  for (std::int32_t i = at.first_child; i < at.first_child + at.child_count; ++i) {
    const SkeletonNode& child =
        nodes_[static_cast<std::size_t>(children_[static_cast<std::size_t>(i)])];
    limit = std::min(limit, child.passed + child.places);
  }
  return limit;
}

void Skeleton::move(std::int32_t id) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(id)];
  transfer.queued = false;
  if (!transfer.started || transfer.done) {
    return;
  }
  const std::int32_t in_node = transfer.in_node;
  const std::int32_t out_node = transfer.out_node;
  std::int64_t limit = transfer.words;
  if (in_node != kNobody) {
    limit = std::min(limit, arrived(in_node) - transfer.in_first);
  }
  if (out_node != kNobody) {
    limit = std::min(limit, room(out_node) - transfer.out_first);
  }
  if (limit <= transfer.moved) {
    return;
  }
  transfer.moved = limit;
  if (in_node != kNobody) {
    nodes_[static_cast<std::size_t>(in_node)].passed = transfer.in_first + limit;
  }
  if (out_node != kNobody) {
    nodes_[static_cast<std::size_t>(out_node)].passed = transfer.out_first + limit;
  }
  if (limit == transfer.words) {
    complete(id);
  }
  if (in_node != kNobody) {
    wake(nodes_[static_cast<std::size_t>(in_node)].parent);
  }
  if (out_node != kNobody) {
    const SkeletonNode& node = nodes_[static_cast<std::size_t>(out_node)];
    for (std::int32_t i = node.first_child; i < node.first_child + node.child_count; ++i) {
      wake(children_[static_cast<std::size_t>(i)]);
    }
  }
}

void Skeleton::move_fork(std::int32_t index) {
  SkeletonNode& node = nodes_[static_cast<std::size_t>(index)];
  node.queued = false;
  const std::int64_t limit = std::min(arrived(index), room(index));
  if (limit <= node.passed) {
    return;
  }
  node.passed = limit;
  wake(node.parent);
  for (std::int32_t i = node.first_child; i < node.first_child + node.child_count; ++i) {
    wake(children_[static_cast<std::size_t>(i)]);
  }
}

void Skeleton::complete(std::int32_t id) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(id)];
  transfer.done = true;
  for (const std::int32_t node : {transfer.in_node, transfer.out_node}) {
    if (node != kNobody) {
      nodes_[static_cast<std::size_t>(node)].transfer = kNobody;
    }
  }
  const auto let_go = [&](Unit unit) {
    std::int32_t& last = last_claim(transfer.tile, unit, transfer.engine);
    if (last == id) {
      last = kNobody;
    }
    const std::int32_t next = transfer.next[static_cast<std::size_t>(unit)];
    if (next != kNobody && --transfers_[static_cast<std::size_t>(next)].earlier == 0) {
      start(next);
      queue_transfer(next);
    }
  };
  if (!transfer.sync) {
    let_go(Unit::engine);
  }
  if (uses_datapath(transfer.opcode)) {
    let_go(Unit::datapath);
  }
  if (is_edge(transfer.opcode)) {
    let_go(Unit::edge);
  }
  if (transfer.in_node != kNobody) {
    let_go(Unit::ramp_in);
  }
  if (transfer.out_node != kNobody) {
    let_go(Unit::ramp_out);
  }
  if (cores_[static_cast<std::size_t>(transfer.tile)].waited == id) {
    queue_core(transfer.tile);
  }
}

void Skeleton::queue_transfer(std::int32_t id) {
  Transfer& transfer = transfers_[static_cast<std::size_t>(id)];
  if (!transfer.queued) {
    transfer.queued = true;
    work_.push_back(id);
  }
}

// What a node waits for may have grown.
void Skeleton::wake(std::int32_t index) {
  SkeletonNode& node = nodes_[static_cast<std::size_t>(index)];
  if (node.kind == RouteNode::Kind::fork) {
    if (!node.queued) {
      node.queued = true;
      work_.push_back(~index);
    }
  } else if (node.transfer != kNobody) {
    queue_transfer(node.transfer);
  }
}

}  // namespace weft::isa
