// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/vector/engine.h"
#include "sim/vector/shared_rows.h"

namespace weft::sim::vector {

const Net* Engine::net_of(const std::vector<OperationPtr>& operations) {
  std::vector<Port> ports;
  for (const OperationPtr& operation : operations) {
    ports.push_back(operation->port);
  }
  auto at = nets_.find(ports);
  if (at == nets_.end()) {
    auto net = make_net(ports, groups_, routes_, region_, shared_);
    if (!net) {
      decline("a train has no sender, or a core does not listen");
      return nullptr;
    }
    at = nets_.emplace(ports, std::move(*net)).first;
  }
  return &at->second;
}

// Does a train before this one still fill places that a sender needs? Mostly it is long gone.
bool Engine::tails_matter(const Net& net, const std::vector<OperationPtr>& operations) const {
  std::int64_t earliest_sender = INT64_MAX;
  std::int64_t latest_tail = INT64_MIN;
  for (const OperationPtr& operation : operations) {
    const GroupState& state = states_[static_cast<std::size_t>(operation->group)];
    if (operation->port.out_slot >= 0) {
      earliest_sender = std::min(earliest_sender, operation->start.low);
    }
    if (operation->port.in_slot >= 0) {
      const Tail& tail = state.in_tails[static_cast<std::size_t>(operation->port.in_slot)];
      latest_tail = std::max(latest_tail, tail.words > 0 ? tail.end.high : INT64_MIN);
    }
  }
  for (const std::int16_t color : net.fork_colors) {
    latest_tail = std::max(latest_tail, fork_state_[static_cast<std::size_t>(color)].end.high);
  }
  return latest_tail > earliest_sender;
}

// A sender's words need places that the train before may still fill: issue(k) >= consume(k -
// places), counted over both. Known where that train ended in one run of words.
bool Engine::hold_for_tail(const Net& net, const NetNode& node, const NetNode& parent,
                           std::span<const std::int32_t> tail, std::span<std::int32_t> hold) {
  bool binds = false;
  for (std::size_t k = 0; k < hold.size(); ++k) {
    binds |= tail[k] - node.places > hold[k];
  }
  if (!binds) {
    return true;
  }
  const Tail* before = &fork_state_[static_cast<std::size_t>(node.color)];
  if (node.port >= 0) {
    const Port& port = net.ports[static_cast<std::size_t>(node.port)];
    before = &states_[static_cast<std::size_t>(port.group)]
                  .in_tails[static_cast<std::size_t>(port.in_slot)];
  }
  const bool forwards =
      parent.port >= 0 && net.ports[static_cast<std::size_t>(parent.port)].in_slot >= 0;
  if (!before->clean || before->words < node.places || forwards) {
    decline("a sender waits for places of a train before, which did not move in one go");
    return false;
  }
  for (std::size_t k = 0; k < hold.size(); ++k) {
    hold[k] = std::max(hold[k], tail[k] - node.places);
  }
  return true;
}

// What a pass over pairs finds: how late receives are, and when first words come.
struct PairsFound {
  std::int32_t slack = kNever;
  std::int32_t tail_slack = kNever;
  Bounds bounds;

  void add(const PairsFound& more) {
    slack = std::max(slack, more.slack);
    tail_slack = std::max(tail_slack, more.tail_slack);
    bounds.widen(more.bounds);
  }
};

// Sends heard by one core each, nothing piled up and nothing left of the trains before: one pass.
// False, with nothing decided, where that is not so.
bool Engine::evaluate_pairs(const Net& net, const std::vector<OperationPtr>& operations) {
  const bool at_once =
      net.pairs &&
      (!pace_.slow() || (!too_long_for_pace(operations.front()->words) &&
                         std::none_of(operations.begin(), operations.end(),
                                      [&](const auto& one) { return pace_matters(*one); })));
  if (!at_once) {
    return false;
  }
  const auto words = static_cast<std::int32_t>(operations.front()->words);
  Operation& sender = *operations[static_cast<std::size_t>(net.sets.front().nodes[0].port)];
  Operation& receiver = *operations[static_cast<std::size_t>(net.sets.front().nodes[1].port)];
  Tail& before = states_[static_cast<std::size_t>(receiver.group)]
                     .in_tails[static_cast<std::size_t>(receiver.port.in_slot)];
  const bool tails = before.words > 0 && before.end.high > sender.start.low;
  // Cycles that the pace adds until the last word.
  const auto paced = static_cast<std::int32_t>(pace_.whole(words - 1)) - (words - 1);
  Times first{pool_.take(receiver.start.plane->size()), 0, 0, 0};
  Times last = first;
  if (paced > 0) {
    last.plane = pool_.take(receiver.start.plane->size());
  }
  Bounds bounds;
  Bounds last_bounds;
  for (const TreeSet& set : net.sets) {
    const NetNode& end = set.nodes[1];
    // A receiver so late holds the sender up; at a pace also one that comes just then, for bins.
    const auto most_slack =
        static_cast<std::int32_t>(pace_.whole(end.places)) - (pace_.slow() ? 1 : 0);
    PairsFound found;
    PairsFound found_last;
    const auto of_run = [&](std::size_t root, PairsFound& own) {
      const RootRun& run = set.roots[root];
      const View send = view(net, set.nodes[0], run, *sender.start.plane);
      const View receive = view(net, end, run, *receiver.start.plane);
      const View to = view(net, end, run, *first.plane);
      const View tail = tails ? view(net, end, run, *before.end.plane) : View{};
      const auto row = [](const View& at, const Times& times) {
        return Cycles{at.at, static_cast<std::int32_t>(times.shift), at.stride};
      };
      kernels_.pair(row(send, sender.start), row(receive, receiver.start), row(tail, before.end),
                    end.latency, to.at, run.count, own.slack, own.tail_slack, own.bounds);
    };
    over_rows<PairsFound>(crew_, set.roots.size(), set.lanes, of_run,
                          [&](const PairsFound& own) { found.add(own); });
    bounds.widen(found.bounds);
    if ((found.slack > most_slack && words > end.places) || found.tail_slack > end.places) {
      return false;
    }
    if (paced > 0) {
      const auto last_of_run = [&](std::size_t root, PairsFound& own) {
        const RootRun& run = set.roots[root];
        const View send = view(net, set.nodes[0], run, *sender.start.plane);
        const View receive = view(net, end, run, *receiver.start.plane);
        const View to = view(net, end, run, *last.plane);
        kernels_.pair({send.at, static_cast<std::int32_t>(sender.start.shift), send.stride},
                      {receive.at, static_cast<std::int32_t>(receiver.start.shift), receive.stride},
                      {}, end.latency + paced, to.at, run.count, own.slack, own.tail_slack,
                      own.bounds);
      };
      over_rows<PairsFound>(crew_, set.roots.size(), set.lanes, last_of_run,
                            [&](const PairsFound& own) { found_last.add(own); });
      last_bounds.widen(found_last.bounds);
    }
  }
  first.low = bounds.low;
  first.high = bounds.high;
  if (paced > 0) {
    last.low = last_bounds.low;
    last.high = last_bounds.high;
  } else {
    last = first;
  }
  receiver.first = first;
  receiver.last = last;
  sender.first = sender.start;
  sender.last = sender.start.plus(paced);
  sender.phase.shift = std::int64_t{words - 1} * pace_.den % pace_.num;
  use_shared_links(net, operations);
  if (pace_.slow()) {
    keep_tails(operations);
  } else {
    before = {receiver.end(), words, true, {}, nullptr, false};
  }
  return true;
}

bool Engine::evaluate(const Net& net, const std::vector<OperationPtr>& operations) {
  if (evaluate_pairs(net, operations)) {
    return declined_.empty();
  }
  if (pace_.slow()) {
    return evaluate_paced(net, operations);
  }
  const auto words = static_cast<std::int32_t>(operations.front()->words);
  for (const OperationPtr& operation : operations) {
    operation->first = {pool_.take(operation->start.plane->size()), 0, INT64_MAX, INT64_MIN};
    operation->last = operation->first;
  }
  const bool tails = tails_matter(net, operations);
  bool clean = true;
  for (const TreeSet& set : net.sets) {
    Block block(set, words);
    for (const RootRun& run : set.roots) {
      for (std::int32_t from = 0; from < run.count; from += block.most()) {
        const RootRun part{run.x + from * run.step_x, run.y + from * run.step_y, run.step_x,
                           run.step_y, std::min(block.most(), run.count - from)};
        block.resize(part.count);
        if (!fill(net, set, part, operations, tails, block)) {
          return false;
        }
        const bool late = block.first_words();
        if (late) {
          clean = false;
          block.last_words();
        }
        if (!put(net, set, part, operations, late, block)) {
          return false;
        }
      }
    }
  }
  use_shared_links(net, operations);
  for (const OperationPtr& operation : operations) {
    if (operation->port.in_slot >= 0) {
      states_[static_cast<std::size_t>(operation->group)]
          .in_tails[static_cast<std::size_t>(operation->port.in_slot)] = {
          operation->end(), words, clean, {}, nullptr, false};
    }
  }
  return declined_.empty();
}

View Engine::view(const Net& net, const NetNode& node, const RootRun& part,
                  PlanePool::Plane& plane) const {
  const Rect& box =
      groups_.groups[static_cast<std::size_t>(net.ports[static_cast<std::size_t>(node.port)].group)]
          .box;
  return {plane.data() + static_cast<std::ptrdiff_t>(part.y + node.dy - box.y) * box.width +
              (part.x + node.dx - box.x),
          part.step_x + static_cast<std::ptrdiff_t>(part.step_y) * box.width};
}

View Engine::fork_view(const NetNode& node, const RootRun& part) {
  auto& plane = fork_tails_[static_cast<std::size_t>(node.color)];
  if (plane.empty()) {
    plane.assign(static_cast<std::size_t>(region_.area()), kNever);
  }
  return {plane.data() + static_cast<std::ptrdiff_t>(part.y + node.dy) * region_.width + part.x +
              node.dx,
          part.step_x + static_cast<std::ptrdiff_t>(part.step_y) * region_.width};
}

// How long each point holds words back.
bool Engine::fill(const Net& net, const TreeSet& set, const RootRun& part,
                  const std::vector<OperationPtr>& operations, bool tails, Block& block) {
  const auto count = static_cast<std::size_t>(part.count);
  for (std::size_t v = 0; v < set.nodes.size(); ++v) {
    const NetNode& node = set.nodes[v];
    std::int32_t* hold = block.row(v).hold;
    if (node.port >= 0) {
      const Times& start = operations[static_cast<std::size_t>(node.port)]->start;
      view(net, node, part, *start.plane)
          .read(hold, part.count, static_cast<std::int32_t>(start.shift));
    } else if (tails) {
      fork_view(node, part).read(hold, part.count, 0);
    } else {
      std::fill_n(hold, count, kNever);
    }
  }
  if (!tails) {
    return true;
  }
  std::vector<std::int32_t> tail(count);
  for (std::size_t v = 1; v < set.nodes.size(); ++v) {
    const NetNode& node = set.nodes[v];
    if (node.port >= 0) {
      const Port& port = net.ports[static_cast<std::size_t>(node.port)];
      const Tail& before = states_[static_cast<std::size_t>(port.group)]
                               .in_tails[static_cast<std::size_t>(port.in_slot)];
      if (before.words == 0) {
        continue;
      }
      view(net, node, part, *before.end.plane)
          .read(tail.data(), part.count, static_cast<std::int32_t>(before.end.shift));
    } else {
      fork_view(node, part).read(tail.data(), part.count, 0);
    }
    const auto parent = static_cast<std::size_t>(node.parent);
    if (!hold_for_tail(net, node, set.nodes[parent], tail, {block.row(parent).hold, count})) {
      return false;
    }
  }
  return true;
}

// Writes first and last words back to the operations and to the routers.
bool Engine::put(const Net& net, const TreeSet& set, const RootRun& part,
                 const std::vector<OperationPtr>& operations, bool late, Block& block) {
  if (late) {
    for (const OperationPtr& operation : operations) {
      if (operation->last.plane == operation->first.plane) {
        operation->last.plane = pool_.take(operation->first.plane->size());
        *operation->last.plane = *operation->first.plane;
        operation->stood_at.plane = pool_.take(operation->first.plane->size());
      }
    }
  }
  for (std::size_t v = 0; v < set.nodes.size(); ++v) {
    const NetNode& node = set.nodes[v];
    const Row row = block.row(v);
    const std::int32_t* last = late ? row.last : row.first;
    Bounds bounds;
    kernels_.bounds(last, part.count, bounds);
    const std::int32_t most = bounds.high;
    if (node.port < 0) {
      const auto words = static_cast<std::int32_t>(operations.front()->words);
      fork_view(node, part).write(last, part.count, words);
      Tail& tail = fork_state_[static_cast<std::size_t>(node.color)];
      tail.end.high = std::max<std::int64_t>(tail.end.high, most + words);
      tail.clean &= !late;
      tail.words = tail.words == 0 ? words : std::min<std::int64_t>(tail.words, words);
      continue;
    }
    Operation& operation = *operations[static_cast<std::size_t>(node.port)];
    view(net, node, part, *operation.first.plane).write(row.first, part.count, 0);
    if (operation.last.plane != operation.first.plane) {
      view(net, node, part, *operation.last.plane).write(last, part.count, 0);
    }
    kernels_.bounds(row.first, part.count, bounds);
    operation.first.low = std::min<std::int64_t>(operation.first.low, bounds.low);
    operation.last.low = operation.first.low;
    operation.last.high = std::max<std::int64_t>(operation.last.high, most);
    operation.first.high = operation.last.high;
    if (late) {
      operation.stalls = true;
      view(net, node, part, *operation.stood_at.plane).write(row.stood_at, part.count, 0);
      const bool forwards = operation.port.in_slot >= 0 && operation.port.out_slot >= 0;
      operation.stalled_by_input = operation.port.in_slot >= 0 && !forwards;
      if (forwards && set.branches && block.unclear_forward(v)) {
        decline("a forwarded train was held up from both sides");
        return false;
      }
    }
  }
  return true;
}

}  // namespace weft::sim::vector
