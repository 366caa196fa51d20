// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/dependency_log.h"

#include <algorithm>

namespace weft::sim::vector {
namespace {

std::int64_t cycle_of(const Times& times, std::int64_t epoch, std::size_t lane) {
  return (*times.plane)[lane] + times.shift + epoch;
}

}  // namespace

// Planes are shared with what the engine keeps anyway, so this is an upper bound.
void DependencyLog::take(const Group& group, std::int64_t planes) {
  left_ -= planes * group.box.area() * static_cast<std::int64_t>(sizeof(std::int32_t));
  if (left_ < 0) {
    groups_.assign(groups_.size(), {});
  }
}

void DependencyLog::issue(std::size_t g, const Group& group, Entry entry,
                          const OperationPtr& operation) {
  take(group, 3);
  if (!whole()) {
    return;
  }
  OfGroup& log = groups_[g];
  const auto id = static_cast<std::int32_t>(log.issued.size());
  const auto number = [&](std::vector<std::vector<Numbered>>& by_slot, int slot,
                          std::int64_t train) {
    if (slot >= 0) {
      by_slot.resize(std::max(by_slot.size(), static_cast<std::size_t>(slot) + 1));
      by_slot[static_cast<std::size_t>(slot)].emplace_back(train, id);
    }
  };
  number(log.sent, operation->port.out_slot, operation->out_train);
  number(log.received, operation->port.in_slot, operation->in_train);
  log.issued.push_back(
      {operation, entry.time, entry.epoch, static_cast<std::int64_t>(log.entries.size())});
  operation->logged = id;
  entry.kind = CoreEvent::Kind::issue;
  entry.operation = id;
  log.entries.push_back(std::move(entry));
}

void DependencyLog::note(std::size_t g, const Group& group, Entry entry) {
  take(group, 1);
  if (whole()) {
    groups_[g].entries.push_back(std::move(entry));
  }
}

void DependencyLog::finish(Groups groups, const std::vector<GroupState>& states,
                           const Rect& region) {
  layout_ = std::move(groups);
  region_ = region;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    groups_[g].end = states[g].now;
    groups_[g].end_epoch = states[g].epoch;
  }
}

DependencyLog::At DependencyLog::at(std::int32_t tile) const {
  const auto index = static_cast<std::size_t>(tile);
  const auto g = static_cast<std::size_t>(layout_.group_of[index]);
  const Group& group = layout_.groups[g];
  const int x = tile % region_.width - group.box.x;
  const int y = tile / region_.width - group.box.y;
  return {groups_[g], group, group.members[static_cast<std::size_t>(layout_.member_of[index])],
          static_cast<std::size_t>(y) * static_cast<std::size_t>(group.box.width) +
              static_cast<std::size_t>(x)};
}

std::int32_t DependencyLog::tiles() const {
  return static_cast<std::int32_t>(layout_.group_of.size());
}

std::int64_t DependencyLog::core_end(std::int32_t tile) const {
  if (layout_.group_of[static_cast<std::size_t>(tile)] < 0) {
    return 0;
  }
  const At here = at(tile);
  return cycle_of(here.log.end, here.log.end_epoch, here.lane);
}

std::int64_t DependencyLog::events(std::int32_t tile) const {
  return static_cast<std::int64_t>(at(tile).log.entries.size());
}

Dependencies::CoreEvent DependencyLog::event(std::int32_t tile, std::int64_t index) const {
  const At here = at(tile);
  const Entry& entry = here.log.entries[static_cast<std::size_t>(index)];
  CoreEvent event;
  event.kind = entry.kind;
  event.time = cycle_of(entry.time, entry.epoch, here.lane);
  if (entry.kind == CoreEvent::Kind::resume) {
    event.waited = event.time - cycle_of(entry.before, entry.epoch, here.lane);
  }
  event.computed = entry.computed;
  event.operation = entry.operation;
  event.graph_op = entry.graph_op;
  event.layer = entry.layer;
  event.pc = entry.step < 0 ? -1 : (*here.member.pc)[static_cast<std::size_t>(entry.step)];
  event.cycles = entry.cycles;
  event.period = entry.period;
  return event;
}

std::int32_t DependencyLog::operations(std::int32_t tile) const {
  if (layout_.group_of[static_cast<std::size_t>(tile)] < 0) {
    return 0;
  }
  return static_cast<std::int32_t>(at(tile).log.issued.size());
}

Dependencies::Operation DependencyLog::operation(std::int32_t tile, std::int32_t id) const {
  const At here = at(tile);
  const Issued& issued = here.log.issued[static_cast<std::size_t>(id)];
  const vector::Operation& from = *issued.operation;
  const Entry& entry = here.log.entries[static_cast<std::size_t>(issued.event)];
  Dependencies::Operation operation;
  operation.pc = (*here.member.pc)[static_cast<std::size_t>(entry.step)];
  operation.graph_op = entry.graph_op;
  operation.layer = entry.layer;
  operation.words = from.words;
  operation.live = cycle_of(issued.live, issued.epoch, here.lane);
  operation.start = cycle_of(from.start, from.epoch, here.lane);
  operation.first = cycle_of(from.first, from.epoch, here.lane);
  operation.last = cycle_of(from.last, from.epoch, here.lane);
  if (from.port.in_slot >= 0) {
    operation.in_color = here.member.in_color[static_cast<std::size_t>(from.port.in_slot)];
  }
  if (from.port.out_slot >= 0) {
    operation.out_color = here.member.out_color[static_cast<std::size_t>(from.port.out_slot)];
  }
  operation.in_train = from.in_train;
  operation.out_train = from.out_train;
  operation.engine = from.step->engine;
  operation.datapath = isa::uses_datapath(from.step->opcode);
  operation.event = issued.event;
  return operation;
}

std::int32_t DependencyLog::find(const std::vector<std::vector<Numbered>>& by_slot, int slot,
                                 std::int64_t number) {
  if (slot < 0 || static_cast<std::size_t>(slot) >= by_slot.size()) {
    return -1;
  }
  const auto& trains = by_slot[static_cast<std::size_t>(slot)];
  const auto at = std::lower_bound(trains.begin(), trains.end(), Numbered{number, 0});
  return at == trains.end() || at->first != number ? -1 : at->second;
}

std::int32_t DependencyLog::sender(std::int32_t tile, int color, std::int64_t number) const {
  if (layout_.group_of[static_cast<std::size_t>(tile)] < 0) {
    return -1;
  }
  const At here = at(tile);
  return find(here.log.sent, slot_of(here.member.out_color, color), number);
}

std::int32_t DependencyLog::receiver(std::int32_t tile, int color, std::int64_t number) const {
  if (layout_.group_of[static_cast<std::size_t>(tile)] < 0) {
    return -1;
  }
  const At here = at(tile);
  return find(here.log.received, slot_of(here.member.in_color, color), number);
}

}  // namespace weft::sim::vector
