// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/vector/engine.h"
#include "sim/vector/shared_rows.h"

namespace weft::sim::vector {

// Claims units in issue order: the first word moves once every earlier claimant is done.
void Engine::claim(std::int32_t g, const OperationPtr& operation) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const auto take = [&](std::size_t unit) {
    OperationPtr& latest = state.units[unit];
    if (latest != nullptr) {
      operation->before.push_back(latest);
      if (!latest->worked_out) {
        ++operation->earlier;
        latest->after.push_back(operation);
      }
    }
    latest = operation;
  };
  if (operation->step->engine >= 0) {
    take(static_cast<std::size_t>(Unit::engine_0) +
         static_cast<std::size_t>(operation->step->engine));
  }
  if (isa::uses_datapath(operation->step->opcode)) {
    take(static_cast<std::size_t>(Unit::datapath));
  }
  if (operation->port.in_slot >= 0) {
    take(static_cast<std::size_t>(Unit::ramp_in));
  }
  if (operation->port.out_slot >= 0) {
    take(static_cast<std::size_t>(Unit::ramp_out));
  }
  if (operation->earlier == 0) {
    grant(operation);
  }
}

void Engine::grant(const OperationPtr& operation) {
  const Group& group = groups_.groups[static_cast<std::size_t>(operation->group)];
  for (const OperationPtr& before : operation->before) {
    if (before->end().high > operation->start.low) {
      operation->start = later_of(group, operation->start, before->end());
    }
  }
  operation->before.clear();
  try_net(operation);
}

// The operation of a train at one end of a port; null: not yet issued, or not granted.
const OperationPtr* Engine::granted(const Awaited& end) const {
  for (const OperationPtr& posted : states_[static_cast<std::size_t>(end.group)].posted) {
    const std::int16_t slot = end.receives ? posted->port.in_slot : posted->port.out_slot;
    const std::int64_t train = end.receives ? posted->in_train : posted->out_train;
    if (slot == end.slot && train == end.train) {
      return posted->earlier > 0 ? nullptr : &posted;
    }
  }
  return nullptr;
}

// The operations that make up one net with this one, if all of them have started. Those that were
// found remember who was missing: as long as he is, nobody need look for the others again.
bool Engine::try_net(const OperationPtr& operation) {
  std::vector<OperationPtr> members{operation};
  const auto give_up = [&](const Awaited& missing) {
    for (const OperationPtr& member : members) {
      member->missing = missing;
    }
    return false;
  };
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Operation& member = *members[i];  // members grows, it stays
    if (member.missing.group >= 0 && granted(member.missing) == nullptr) {
      return give_up(Awaited(member.missing));
    }
    const auto add_all = [&](const std::vector<Slot>& others, bool receive, std::int64_t train) {
      for (const auto& [other, slot] : others) {
        const Awaited end{other, slot, receive, train};
        const OperationPtr* found = granted(end);
        if (found == nullptr) {
          return give_up(end);
        }
        if ((*found)->words != operation->words) {
          decline("operations of unequal length share a train");
          return false;
        }
        if (std::find(members.begin(), members.end(), *found) == members.end()) {
          members.push_back(*found);
        }
      }
      return true;
    };
    const auto g = static_cast<std::size_t>(member.group);
    const auto in = static_cast<std::size_t>(member.port.in_slot);
    const auto out = static_cast<std::size_t>(member.port.out_slot);
    if ((member.port.in_slot >= 0 && !add_all(talkers_[g][in], false, member.in_train)) ||
        (member.port.out_slot >= 0 && !add_all(listeners_[g][out], true, member.out_train))) {
      return false;
    }
  }
  std::sort(members.begin(), members.end(),
            [](const OperationPtr& a, const OperationPtr& b) { return a->port < b->port; });
  const Net* net = net_of(members);
  if (net == nullptr || !evaluate(*net, members)) {
    return false;
  }
  for (const OperationPtr& member : members) {
    finish(member);
  }
  return true;
}

void Engine::finish(const OperationPtr& operation) {
  GroupState& state = states_[static_cast<std::size_t>(operation->group)];
  operation->worked_out = true;
  state.last_done = std::max(state.last_done, operation->end().high + state.epoch);
  state.posted.erase(std::find(state.posted.begin(), state.posted.end(), operation));
  if (state.waits_for == operation) {
    queue(operation->group);
  }
  for (const std::weak_ptr<Operation>& waiting : operation->after) {
    const OperationPtr next = waiting.lock();
    if (next != nullptr && --next->earlier == 0) {
      grant(next);
    }
  }
  operation->after.clear();
}

static Cycles cycles_at(const Times& times, std::ptrdiff_t from) {
  return {times.plane->data() + from, static_cast<std::int32_t>(times.shift)};
}

// for_rows, on several threads where the group is large: body(first index, stride, count, bounds).
template <class Body>
static void share_rows(Crew& crew, const Group& group, Bounds& bounds, Body&& body) {
  over_rows<Bounds>(
      crew, group.runs.size(), static_cast<std::ptrdiff_t>(group.tiles),
      [&](std::size_t row, Bounds& own) {
        const PlaneRun& run = group.runs[row];
        body(run.from, run.step, run.count, own);
      },
      [&](const Bounds& own) { bounds.widen(own); });
}

Times Engine::later_of(const Group& group, const Times& a, const Times& b) {
  Times result;
  result.plane = pool_.take(a.plane->size());
  Bounds bounds;
  share_rows(crew_, group, bounds, [&](std::ptrdiff_t from, int stride, int count, Bounds& own) {
    std::int32_t* out = result.plane->data() + from;
    if (stride == 1) {
      kernels_.later(cycles_at(a, from), cycles_at(b, from), out, count, own);
      return;
    }
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      kernels_.later(cycles_at(a, from + i * stride), cycles_at(b, from + i * stride),
                     out + i * stride, 1, own);
    }
  });
  result.low = bounds.low;
  result.high = bounds.high;
  return result;
}

// The core stood still from now to the operation's end: each of those cycles is what the operation
// was doing in it (docs/timing_model.md, "Bins"). Cycles in which words moved are not added up:
// they are what is left in the end.
void Engine::wait_until_end(std::int32_t g, const Operation& operation) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const Group& group = groups_.groups[static_cast<std::size_t>(g)];
  const Times end = operation.end();
  if (end.high <= state.now.low) {
    return;
  }
  const bool long_wait = long_enough(end.high - state.now.low);
  if (long_wait) {
    mark_time(g);
  }
  const bool receives = operation.port.in_slot >= 0;
  std::int32_t* before = (receives ? state.waits.input : state.waits.output).data();
  std::int32_t* unit = operation.start.high > state.now.low ? state.waits.unit.data() : nullptr;
  Times later;
  later.plane = pool_.take(state.now.plane->size());
  Bounds bounds;
  share_rows(crew_, group, bounds, [&](std::ptrdiff_t from, int stride, int count, Bounds& own) {
    const int steps = stride == 1 ? 1 : count;
    const int length = stride == 1 ? count : 1;
    for (std::ptrdiff_t i = 0; i < steps; ++i) {
      const std::ptrdiff_t at = from + i * stride;
      kernels_.wait(cycles_at(state.now, at), cycles_at(operation.start, at),
                    cycles_at(operation.first, at), cycles_at(end, at), later.plane->data() + at,
                    unit == nullptr ? nullptr : unit + at, before + at, length, own);
    }
  });
  const bool clear =
      pace_.slow() ? wait_in_gaps(g, operation) : !operation.stalls || wait_in_stalls(g, operation);
  if (!clear) {
    decline("a core waits for a train that had stalled before");
  }
  later.low = bounds.low;
  later.high = bounds.high;
  state.now = later;
  if (long_wait) {
    mark_time(g);
  }
}

// Cycles that words stood still inside the train. False when the core began to wait inside it and
// where they stood is not known.
bool Engine::wait_in_stalls(std::int32_t g, const Operation& operation) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const bool by_input = operation.port.in_slot >= 0 && operation.stalled_by_input;
  std::vector<std::int32_t>& stalled = by_input ? state.waits.input : state.waits.output;
  bool clear = true;
  for_rows(groups_.groups[static_cast<std::size_t>(g)],
           [&](std::ptrdiff_t from, int stride, int count) {
             for (std::ptrdiff_t i = 0; i < count; ++i) {
               const auto k = static_cast<std::size_t>(from + i * stride);
               const std::int64_t now = (*state.now.plane)[k] + state.now.shift;
               const std::int64_t first = (*operation.first.plane)[k] + operation.first.shift;
               const std::int64_t last = (*operation.last.plane)[k] + operation.last.shift;
               if (last <= first || last + operation.words <= now) {
                 continue;
               }
               std::int64_t stood = last - first;
               if (now > first) {
                 const std::int32_t word = (*operation.stood_at.plane)[k];
                 clear = clear && word >= 0;
                 const std::int64_t stop = first + word;
                 stood = std::max<std::int64_t>(0, stop + stood - std::max(now, stop));
               }
               stalled[k] += static_cast<std::int32_t>(stood);
             }
           });
  return clear;
}

}  // namespace weft::sim::vector
