// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/vector/engine.h"

// Trains on links that take less than a word a cycle. A receiver that comes late catches up at a
// word a cycle what waits for it and then goes at the pace again, a router does so in every branch,
// and a core that forwards never does: with that, how words pass a point has no form of a few
// numbers. So nets are worked out word by word (PacedBlock), but for pairs in which nobody is held
// up (evaluate_pairs); what is kept of each tile is its first word, its last and its Shape.

namespace weft::sim::vector {
namespace {

std::int64_t at(const Times& times, std::size_t k) {
  return (times.plane == nullptr ? 0 : (*times.plane)[k]) + times.shift;
}

bool issues(const Port& port) { return port.out_slot >= 0; }

}  // namespace

bool Engine::too_long_for_pace(std::int64_t words) const {
  return words >= Shape::kNoStop || pace_.whole(words) >= std::int64_t{1} << 29;
}

// Can the last train of its color still pace it?
bool Engine::pace_matters(const Operation& operation) const {
  if (!issues(operation.port)) {
    return false;
  }
  const PaceTail& tail = states_[static_cast<std::size_t>(operation.group)]
                             .pace_tails[static_cast<std::size_t>(operation.port.out_slot)];
  return tail.any && tail.last.high + pace_.forgets() > operation.start.low;
}

bool Engine::evaluate_paced(const Net& net, const std::vector<OperationPtr>& operations) {
  if (too_long_for_pace(operations.front()->words)) {
    decline("a train on slow links has four million words or takes 2^29 cycles");
    return false;
  }
  for (const OperationPtr& operation : operations) {
    const std::size_t size = operation->start.plane->size();
    operation->first = {pool_.take(size), 0, INT64_MAX, INT64_MIN};
    operation->last = {pool_.take(size), 0, INT64_MAX, INT64_MIN};
    operation->phase = {};
    if (issues(operation->port) && pace_.num > 1) {
      operation->phase.plane = pool_.take(size);
    }
  }
  const bool tails = tails_matter(net, operations);
  for (const TreeSet& set : net.sets) {
    if (!evaluate_paced_set(net, set, operations, tails)) {
      return false;
    }
  }
  use_shared_links(net, operations);
  keep_tails(operations);
  return declined_.empty();
}

bool Engine::evaluate_paced_set(const Net& net, const TreeSet& set,
                                const std::vector<OperationPtr>& operations, bool tails) {
  std::vector<bool> who_issues(set.nodes.size());
  for (std::size_t v = 0; v < set.nodes.size(); ++v) {
    const std::int16_t port = set.nodes[v].port;
    who_issues[v] = port >= 0 && issues(net.ports[static_cast<std::size_t>(port)]);
  }
  PacedBlock& block = paced_block_;
  block.begin(set, std::move(who_issues), static_cast<std::int32_t>(operations.front()->words),
              pace_);
  for (const RootRun& run : set.roots) {
    for (std::int32_t from = 0; from < run.count; from += block.most()) {
      const RootRun part{run.x + from * run.step_x, run.y + from * run.step_y, run.step_x,
                         run.step_y, std::min(block.most(), run.count - from)};
      block.resize(part.count);
      fill_starts(net, set, part, operations, tails, block);
      for (std::size_t v = 1; v < set.nodes.size() && tails; ++v) {
        if (!fill_tail(net, set, v, part, operations, block)) {
          return false;
        }
      }
      if (!block.run()) {
        decline("a train that is held up on slow links is too large to go word by word");
        return false;
      }
      put_paced(net, set, part, operations, block);
    }
  }
  return true;
}

// When each point can let words go, claims and the pace since the train before included.
void Engine::fill_starts(const Net& net, const TreeSet& set, const RootRun& part,
                         const std::vector<OperationPtr>& operations, bool tails,
                         PacedBlock& block) {
  for (std::size_t v = 0; v < set.nodes.size(); ++v) {
    const NetNode& node = set.nodes[v];
    if (node.port < 0) {
      if (tails) {
        fork_view(node, part).read(block.hold(v), part.count, 0);
      } else {
        std::fill_n(block.hold(v), part.count, kNever);
      }
      continue;
    }
    const Operation& operation = *operations[static_cast<std::size_t>(node.port)];
    const auto read = [&](const Times& times, std::int32_t* to) {
      view(net, node, part, *times.plane)
          .read(to, part.count, static_cast<std::int32_t>(times.shift));
    };
    read(operation.start, block.hold(v));
    if (!pace_matters(operation)) {
      continue;
    }
    const PaceTail& tail = states_[static_cast<std::size_t>(operation.group)]
                               .pace_tails[static_cast<std::size_t>(operation.port.out_slot)];
    std::int32_t* const due = block.due(v);
    std::int32_t* const phase = block.due_phase(v);
    read(tail.last, due);
    if (tail.phase.plane != nullptr) {
      read(tail.phase, phase);
    } else {
      std::fill_n(phase, part.count, static_cast<std::int32_t>(tail.phase.shift));
    }
    for (std::int32_t k = 0; k < part.count; ++k) {
      phase[k] += pace_.den;
      due[k] += phase[k] / pace_.num;
      phase[k] %= pace_.num;
    }
  }
}

// Places below which the train before may still fill: when its last words left v.
bool Engine::fill_tail(const Net& net, const TreeSet& set, std::size_t v, const RootRun& part,
                       const std::vector<OperationPtr>& operations, PacedBlock& block) {
  const NetNode& node = set.nodes[v];
  const auto count = static_cast<std::size_t>(part.count);
  const Tail* before = &fork_state_[static_cast<std::size_t>(node.color)];
  if (node.port >= 0) {
    const Port& port = net.ports[static_cast<std::size_t>(node.port)];
    before = &states_[static_cast<std::size_t>(port.group)]
                  .in_tails[static_cast<std::size_t>(port.in_slot)];
  }
  const Operation& sender = *operations[static_cast<std::size_t>(set.nodes[0].port)];
  if (before->words == 0 || before->end.high - node.places <= sender.start.low) {
    return true;
  }
  std::vector<std::int32_t>& end = left_;
  end.resize(std::max(end.size(), count));
  if (node.port >= 0) {
    view(net, node, part, *before->end.plane)
        .read(end.data(), part.count, static_cast<std::int32_t>(before->end.shift));
  } else {
    fork_view(node, part).read(end.data(), part.count, 0);
  }
  // The first word passes the point above no earlier than its tree lets it.
  const std::int32_t* const above = block.hold(0);
  std::int32_t way = 0;
  for (std::int32_t u = node.parent; u > 0; u = set.nodes[static_cast<std::size_t>(u)].parent) {
    way += set.nodes[static_cast<std::size_t>(u)].latency;
  }
  const std::int32_t* const own = block.hold(static_cast<std::size_t>(node.parent));
  bool binds = false;
  for (std::size_t k = 0; k < count; ++k) {
    binds |= end[k] - node.places > std::max(above[k] + way, own[k]);
  }
  if (!binds) {
    return true;
  }
  const bool known =
      before->words >= node.places && (node.port >= 0 || (before->clean && pace_.num == 1));
  if (!known) {
    decline("a sender waits for places of a paced train before it that did not move in one go");
    return false;
  }
  const View plane = node.port >= 0 ? view(net, node, part, *before->end.plane) : View{};
  std::vector<std::int32_t>& rows = block.before(v);
  const std::size_t needed = rows.size() / count;
  for (std::size_t k = 0; k < count; ++k) {
    PacedTrain train;
    train.words = before->words;
    train.last = end[k] - 1;
    if (node.port >= 0) {
      const auto index = static_cast<std::size_t>(
          plane.at + static_cast<std::ptrdiff_t>(k) * plane.stride - before->end.plane->data());
      train.first = at(before->first, index);
      train.issues = before->issues;
      train.shape = before->shape == nullptr ? Shape() : Shape::of((*before->shape)[index]);
    } else {
      train.first = train.last - pace_.whole(train.words - 1);
      train.issues = true;
    }
    if (end[k] <= kNever) {
      train.first = train.last = kNever;
    }
    if (train.shape.irregular) {
      decline("a sender waits for places of a paced train before it that stood several times");
      return false;
    }
    for (std::size_t w = 0; w < needed; ++w) {
      const std::int64_t cycle =
          end[k] <= kNever
              ? kNever
              : train.cycle_of(train.words - node.places + static_cast<std::int64_t>(w), pace_);
      rows[w * count + k] = static_cast<std::int32_t>(cycle);
    }
  }
  return true;
}

// Writes what was found back to the operations and to the routers.
void Engine::put_paced(const Net& net, const TreeSet& set, const RootRun& part,
                       const std::vector<OperationPtr>& operations, PacedBlock& block) {
  const auto words = static_cast<std::int32_t>(operations.front()->words);
  const auto count = static_cast<std::size_t>(part.count);
  for (std::size_t v = 0; v < set.nodes.size(); ++v) {
    const NetNode& node = set.nodes[v];
    Bounds first;
    Bounds last;
    kernels_.bounds(block.first(v), part.count, first);
    kernels_.bounds(block.last(v), part.count, last);
    if (node.port < 0) {
      fork_view(node, part).write(block.last(v), part.count, 1);
      Tail& tail = fork_state_[static_cast<std::size_t>(node.color)];
      tail.end.high = std::max<std::int64_t>(tail.end.high, last.high + 1);
      tail.clean = tail.clean && block.steady(v);
      tail.words = tail.words == 0 ? words : std::min<std::int64_t>(tail.words, words);
      continue;
    }
    Operation& operation = *operations[static_cast<std::size_t>(node.port)];
    const auto write = [&](PlanePool::Plane& plane, const std::int32_t* from, std::int32_t shift) {
      view(net, node, part, plane).write(from, part.count, shift);
    };
    write(*operation.first.plane, block.first(v), 0);
    write(*operation.last.plane, block.last(v), 1 - words);
    operation.first.low = std::min<std::int64_t>(operation.first.low, first.low);
    operation.first.high = std::max<std::int64_t>(operation.first.high, first.high);
    operation.last.low = std::min<std::int64_t>(operation.last.low, last.low + 1 - words);
    operation.last.high = std::max<std::int64_t>(operation.last.high, last.high + 1 - words);
    if (operation.phase.plane != nullptr) {
      write(*operation.phase.plane, block.phase(v), 0);
    }
    const std::int32_t* const shape = block.shape(v);
    const bool irregular = std::any_of(
        shape, shape + count, [](std::int32_t packed) { return Shape::of(packed).irregular; });
    const auto plane = [&](std::shared_ptr<PlanePool::Plane>& its, std::int32_t fill) {
      if (its == nullptr) {
        its = pool_.take(operation.start.plane->size());
        std::fill(its->begin(), its->end(), fill);
      }
      return its.get();
    };
    const bool plain = operation.shape == nullptr && operation.port.in_slot < 0 &&
                       std::all_of(shape, shape + count, [](std::int32_t packed) {
                         const Shape its = Shape::of(packed);
                         return its.stop == Shape::kNoStop && its.before != Gap::input &&
                                its.before != Gap::output && its.first != Gap::moving &&
                                its.first != Gap::input;
                       });
    if ((issues(operation.port) && !plain) || irregular) {
      write(*plane(operation.shape, Shape().packed()), shape, 0);
    }
    if (issues(operation.port) && irregular) {
      write(*plane(operation.gaps_in, 0), block.input(v), 0);
      write(*plane(operation.gaps_out, 0), block.output(v), 0);
    }
  }
}

void Engine::keep_tails(const std::vector<OperationPtr>& operations) {
  for (const OperationPtr& operation : operations) {
    GroupState& state = states_[static_cast<std::size_t>(operation->group)];
    if (operation->port.in_slot >= 0) {
      state.in_tails[static_cast<std::size_t>(operation->port.in_slot)] = {
          operation->end(), operation->words, true,
          operation->first, operation->shape, issues(operation->port)};
    }
    if (issues(operation->port)) {
      state.pace_tails[static_cast<std::size_t>(operation->port.out_slot)] = {
          operation->last.plus(operation->words - 1), operation->phase, true};
    }
  }
}

// Cycles between words, and those before the first word that wait_until_end booked otherwise than
// the word's cause says. False when the core began to wait inside a train whose words it does not
// know one by one.
bool Engine::wait_in_gaps(std::int32_t g, const Operation& operation) {
  const bool sends = issues(operation.port);
  if (sends ? operation.shape == nullptr : operation.last.plane == operation.first.plane) {
    return true;
  }
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const bool receives = operation.port.in_slot >= 0;
  bool clear = true;
  const auto of_tile = [&](std::size_t k) {
    const std::int64_t now = at(state.now, k);
    PacedTrain train;
    train.first = at(operation.first, k);
    train.last = at(operation.last, k) + operation.words - 1;
    train.words = operation.words;
    train.issues = sends;
    if (train.last < now) {
      return;
    }
    if (operation.shape != nullptr) {
      train.shape = Shape::of((*operation.shape)[k]);
    }
    const bool whole = now <= train.first;
    PacedTrain::Waits waits;
    if (!sends && whole) {
      waits.input = train.last - train.first - (train.words - 1);
    } else if (!train.shape.irregular) {
      waits = train.waits_from(std::max(now, train.first), pace_);
    } else if (whole) {
      waits = {(*operation.gaps_in)[k], (*operation.gaps_out)[k]};
    } else {
      clear = false;
    }
    if (sends && whole) {
      const std::int64_t stood = train.first - std::max(now, at(operation.start, k));
      std::int64_t& booked = receives ? waits.input : waits.output;
      booked -= stood;
      waits.input += train.shape.first == Gap::input ? stood : 0;
      waits.output += train.shape.first == Gap::output ? stood : 0;
    }
    state.waits.input[k] += static_cast<std::int32_t>(waits.input);
    state.waits.output[k] += static_cast<std::int32_t>(waits.output);
  };
  for_rows(groups_.groups[static_cast<std::size_t>(g)],
           [&](std::ptrdiff_t from, int stride, int count) {
             for (std::ptrdiff_t i = 0; i < count; ++i) {
               of_tile(static_cast<std::size_t>(from + i * stride));
             }
           });
  return clear;
}

}  // namespace weft::sim::vector
