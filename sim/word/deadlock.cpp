// SPDX-License-Identifier: Apache-2.0
// Who waits for whom once nothing can move any more.
#include <fmt/format.h>

#include <algorithm>

#include "sim/word/engine.h"

namespace weft::sim::word {

// A cell nothing comes into: climb to the source, or to a fork one branch of which is full.
Engine::Blame Engine::blame_source(std::int32_t index, std::string& why) const {
  do {
    index = fabric_.parent(index);
  } while (!fabric_.is_source(index) && fabric_.is_empty(index));
  if (!fabric_.is_source(index)) {
    return blame_places(index, why);
  }
  const auto number = static_cast<std::size_t>(fabric_.end_of(index));
  const Fabric::Tree& tree = fabric_.trees()[number];
  const int width = machine_.grid().width();
  why = fmt::format("waits for words of color c{} from tile ({},{})", tree.color,
                    tree.tile.index() % static_cast<std::uint32_t>(width),
                    tree.tile.index() / static_cast<std::uint32_t>(width));
  return {core_at(tree.tile), source_operation_[number]};
}

// A cell whose words find no place: descend through full ones to whoever does not receive.
Engine::Blame Engine::blame_places(std::int32_t index, std::string& why) const {
  const int color = fabric_.trees()[static_cast<std::size_t>(fabric_.tree_of(index))].color;
  while (!fabric_.is_queue(index)) {
    const std::vector<std::int32_t> next = fabric_.children(index);
    const auto full = std::find_if(next.begin(), next.end(),
                                   [&](std::int32_t place) { return fabric_.is_full(place); });
    if (full == next.end()) {
      why = fmt::format("uses color c{}, which is routed to where nobody receives", color);
      return {};
    }
    index = *full;
  }
  const auto sink = static_cast<std::size_t>(fabric_.end_of(index));
  const std::uint32_t tile = fabric_.sinks()[sink].tile.index();
  const auto width = static_cast<std::uint32_t>(machine_.grid().width());
  why = fmt::format("is blocked on color c{}: all places are full until tile ({},{}) receives",
                    color, tile % width, tile / width);
  std::int32_t receive = sink_operation_[sink];
  for (std::size_t id = 0; id < operations_.size() && receive == kNone; ++id) {
    const bool waits = operations_[id].sink == static_cast<std::int32_t>(sink) &&
                       !operations_[id].started && !operations_[id].done;
    receive = waits ? static_cast<std::int32_t>(id) : kNone;  // issued, its units not granted
  }
  return {core_at(fabric_.sinks()[sink].tile), receive};
}

// An operation behind an earlier claimant of one of its units.
Engine::Blame Engine::blame_claim(std::int32_t id, std::string& why) const {
  for (std::size_t other = 0; other < operations_.size(); ++other) {
    const Operation& earlier = operations_[other];
    const bool before =
        std::find(earlier.next.begin(), earlier.next.end(), id) != earlier.next.end();
    if (!earlier.done && earlier.core == operation(id).core && before) {
      why = fmt::format("waits for a unit held by instruction {}", earlier.pc);
      return {earlier.core, static_cast<std::int32_t>(other)};
    }
  }
  why = "uses a color that is not routed at this tile";
  return {};
}

// Whom a blocked core or operation waits for, and why in words.
Engine::Blame Engine::blame_of(const Blame& blocked, std::string& why) const {
  if (blocked.operation == kNone) {
    const Core& core = this->core(blocked.core);
    why = core.state == Core::State::halted ? "has ended its program" : "";
    return core.state == Core::State::halted ? Blame{} : Blame{blocked.core, core.waited};
  }
  const Operation& stuck = operation(blocked.operation);
  if (!stuck.started) {
    return blame_claim(blocked.operation, why);
  }
  if (isa::is_edge(stuck.opcode)) {
    why = "waits for edge memory, which never answers";
    return {};
  }
  const std::int32_t queue =
      stuck.sink == kNone ? kNone : fabric_.sinks()[static_cast<std::size_t>(stuck.sink)].cell;
  if (queue != kNone && fabric_.is_empty(queue)) {
    return blame_source(queue, why);
  }
  return blame_places(fabric_.trees()[static_cast<std::size_t>(stuck.tree)].cell, why);
}

// Follows the waits from the first blocked tile until one comes round again or ends.
void Engine::explain_deadlock(RunResult& result) const {
  Blame at;
  for (std::size_t i = 0; i < cores_.size() && at.core == kNone; ++i) {
    at.core = cores_[i].state == Core::State::halted ? kNone : static_cast<std::int32_t>(i);
  }
  for (std::size_t id = 0; id < operations_.size() && at.core == kNone; ++id) {
    if (!operations_[id].done) {
      at = {operations_[id].core, static_cast<std::int32_t>(id)};
    }
  }
  std::vector<std::string>& lines = result.deadlock;
  std::vector<Blame> path;
  while (at.core != kNone) {
    const auto seen = std::find(path.begin(), path.end(), at);
    if (seen != path.end()) {
      lines.erase(lines.begin(), lines.begin() + (seen - path.begin()));
      path.erase(path.begin(), seen);
      lines.push_back("… and so round: a cycle of waits");
      break;
    }
    path.push_back(at);
    std::string why;
    const Blame next = blame_of(at, why);
    const Core& core = this->core(at.core);
    const std::int32_t pc = at.operation == kNone ? core.program->pc : operation(at.operation).pc;
    lines.push_back(why.empty() || core.role == kNone ? "" : where(core, pc) + ": " + why);
    at = next;
  }
  std::erase(lines, std::string());
  for (const Blame& blame : path) {
    result.deadlock_tiles.push_back(blame.core);
  }
}

}  // namespace weft::sim::word
