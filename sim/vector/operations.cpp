// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/vector/engine.h"

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

// The operations that make up one net with this one, if all of them have started.
bool Engine::try_net(const OperationPtr& operation) {
  std::vector<OperationPtr> members{operation};
  const auto add = [&](std::int16_t g, bool in, std::int16_t slot, std::int64_t train) {
    for (const OperationPtr& posted : states_[static_cast<std::size_t>(g)].posted) {
      const std::int16_t its_slot = in ? posted->port.in_slot : posted->port.out_slot;
      const std::int64_t its_train = in ? posted->in_train : posted->out_train;
      if (its_slot == slot && its_train == train) {
        if (posted->earlier > 0) {
          return false;
        }
        if (posted->words != operation->words) {
          decline("operations of unequal length share a train");
          return false;
        }
        if (std::find(members.begin(), members.end(), posted) == members.end()) {
          members.push_back(posted);
        }
        return true;
      }
    }
    return false;
  };
  for (std::size_t i = 0; i < members.size(); ++i) {
    const OperationPtr member = members[i];
    const auto g = static_cast<std::int16_t>(member->group);
    if (member->port.in_slot >= 0) {
      for (const auto& [other, slot] : talkers_[{g, member->port.in_slot}]) {
        if (!add(other, false, slot, member->in_train)) {
          return false;
        }
      }
    }
    if (member->port.out_slot >= 0) {
      for (const auto& [other, slot] : listeners_[{g, member->port.out_slot}]) {
        if (!add(other, true, slot, member->out_train)) {
          return false;
        }
      }
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
  state.last_done = std::max(state.last_done, operation->end().high);
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

Times Engine::later_of(const Group& group, const Times& a, const Times& b) {
  Times result;
  result.plane = pool_.take(a.plane->size());
  std::int64_t low = INT64_MAX;
  std::int64_t high = INT64_MIN;
  const auto a_shift = static_cast<std::int32_t>(a.shift);
  const auto b_shift = static_cast<std::int32_t>(b.shift);
  for_rows(group, [&](std::ptrdiff_t from, int stride, int count) {
    const std::int32_t* pa = a.plane->data() + from;
    const std::int32_t* pb = b.plane->data() + from;
    std::int32_t* out = result.plane->data() + from;
    std::int32_t least = INT32_MAX;
    std::int32_t most = INT32_MIN;
    for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(count) * stride; i += stride) {
      const std::int32_t value = std::max(pa[i] + a_shift, pb[i] + b_shift);
      out[i] = value;
      least = std::min(least, value);
      most = std::max(most, value);
    }
    low = std::min<std::int64_t>(low, least);
    high = std::max<std::int64_t>(high, most);
  });
  result.low = low;
  result.high = high;
  return result;
}

// The core stood still from now to the operation's end: each of those cycles is what the operation
// was doing in it (docs/timing_model.md, "Bins").
void Engine::wait_until_end(std::int32_t g, const Operation& operation) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const Group& group = groups_.groups[static_cast<std::size_t>(g)];
  const Times end = operation.end();
  if (end.high <= state.now.low) {
    return;
  }
  const bool receives = operation.port.in_slot >= 0;
  WaitPlanes& waits = state.waits;
  std::int32_t* first_wait = (receives ? waits.input : waits.output).data();
  std::int32_t* stall =
      (receives && operation.stalled_by_input ? waits.input : waits.output).data();
  const auto now_shift = static_cast<std::int32_t>(state.now.shift);
  const auto start_shift = static_cast<std::int32_t>(operation.start.shift);
  const auto first_shift = static_cast<std::int32_t>(operation.first.shift);
  const auto end_shift = static_cast<std::int32_t>(end.shift);
  const auto words = static_cast<std::int32_t>(operation.words);
  Times later;
  later.plane = pool_.take(state.now.plane->size());
  std::int64_t low = INT64_MAX;
  std::int64_t high = INT64_MIN;
  bool unclear = false;
  for_rows(group, [&](std::ptrdiff_t from, int stride, int count) {
    const std::int32_t* now = state.now.plane->data() + from;
    const std::int32_t* start = operation.start.plane->data() + from;
    const std::int32_t* first = operation.first.plane->data() + from;
    const std::int32_t* last = end.plane->data() + from;
    std::int32_t* out = later.plane->data() + from;
    std::int32_t* unit = waits.unit.data() + from;
    std::int32_t* before = first_wait + from;
    std::int32_t* moving = waits.moving.data() + from;
    std::int32_t* stalled = stall + from;
    std::int32_t least = INT32_MAX;
    std::int32_t most = INT32_MIN;
    const auto rows = static_cast<std::ptrdiff_t>(count) * stride;
    for (std::ptrdiff_t i = 0; i < rows; i += stride) {
      const std::int32_t from_now = now[i] + now_shift;
      const std::int32_t until = std::max(from_now, last[i] + end_shift);
      const std::int32_t granted = std::min(until, std::max(from_now, start[i] + start_shift));
      const std::int32_t begun = std::min(until, std::max(granted, first[i] + first_shift));
      unit[i] += granted - from_now;
      before[i] += begun - granted;
      moving[i] += until - begun;
      out[i] = until;
      least = std::min(least, until);
      most = std::max(most, until);
    }
    if (operation.stalls) {
      for (std::ptrdiff_t i = 0; i < rows; i += stride) {
        const std::int32_t from_now = now[i] + now_shift;
        const std::int32_t until = last[i] + end_shift;
        const std::int32_t began = first[i] + first_shift;
        const std::int32_t stood = until - words - began;
        if (stood <= 0 || until <= from_now) {
          continue;
        }
        std::int32_t seen = stood;
        if (from_now > began) {
          if (operation.pair_places < 0) {
            unclear = true;
          }
          const std::int32_t stop = began + operation.pair_places;
          seen = std::max(0, stop + stood - std::max(from_now, stop));
        }
        stalled[i] += seen;
        moving[i] -= seen;
      }
    }
    low = std::min<std::int64_t>(low, least);
    high = std::max<std::int64_t>(high, most);
  });
  later.low = low;
  later.high = high;
  state.now = later;
  if (unclear) {
    decline("a core waits for a train that had stalled before");
  }
}

}  // namespace weft::sim::vector
