// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include "sim/core/audit.h"
#include "sim/vector/engine.h"

namespace weft::sim::vector {

GroupState::Spent Engine::spent_by(std::int32_t g) const {
  const Group& group = groups_.groups[static_cast<std::size_t>(g)];
  const GroupState& state = states_[static_cast<std::size_t>(g)];
  const auto sum = [&](const auto& plane) {
    std::int64_t total = 0;
    for_rows(group, [&](std::ptrdiff_t from, int stride, int count) {
      const auto* row = plane.data() + from;
      if (stride == 1) {
        total = std::accumulate(row, row + count, total);
        return;
      }
      for (std::ptrdiff_t i = 0; i < count; ++i) {
        total += row[i * stride];
      }
    });
    return total;
  };
  GroupState::Spent spent;
  spent.now = sum(*state.now.plane) + (state.now.shift + state.epoch) * group.tiles;
  spent.setup = state.setup * group.tiles;
  spent.compute = state.compute * group.tiles;
  for (std::size_t which = 0; which < spent.waits.size(); ++which) {
    spent.waits[which] = sum(*state.waits.planes()[which]);
    if (!state.waits.before[which].empty()) {
      spent.waits[which] += sum(state.waits.before[which]);
    }
  }
  return spent;
}

// Books what the tiles of the group spent since it was last done under the op they are at.
void Engine::settle_op(std::int32_t g) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const GroupState::Spent spent = spent_by(g);
  const GroupState::Spent& before = state.settled;
  BinCycles& bins = bins_of(state.op, state.op_bins);
  std::int64_t moving = spent.now - before.now;
  const auto book = [&](Bin bin, std::int64_t now, std::int64_t was) {
    bins[static_cast<std::size_t>(bin)] += now - was;
    moving -= now - was;
  };
  book(Bin::setup, spent.setup, before.setup);
  book(Bin::compute, spent.compute, before.compute);
  book(Bin::unit, spent.waits[0], before.waits[0]);
  book(Bin::input, spent.waits[1], before.waits[1]);
  book(Bin::output, spent.waits[2], before.waits[2]);
  bins[static_cast<std::size_t>(Bin::moving)] += moving;
  state.settled = spent;
}

void Engine::settle_held() {
  for (const std::int32_t g : held_) {
    settle_op(g);
  }
}

void Engine::collect_op_bins(RunResult& result) {
  result.op_bins.resize(op_ends_.size() + 1);
  std::int64_t idle = result.cycles.count() * region_.area();
  for (std::size_t g = 0; g < states_.size(); ++g) {
    if (groups_.groups[g].tiles == 0) {
      continue;
    }
    settle_op(static_cast<std::int32_t>(g));
    idle -= states_[g].settled.now;
    for (std::size_t op = 0; op < result.op_bins.size(); ++op) {
      for (std::size_t bin = 0; bin < kBins; ++bin) {
        result.op_bins[op][bin] += states_[g].op_bins[op][bin];
      }
    }
  }
  result.op_bins.back()[static_cast<std::size_t>(Bin::idle)] += idle;
}

void Engine::keep_dependencies(std::int64_t most_bytes) {
  log_ = std::make_unique<DependencyLog>(groups_.groups.size(), most_bytes);
}

std::unique_ptr<Dependencies> Engine::take_dependencies() {
  if (log_ == nullptr || !log_->whole()) {
    return nullptr;
  }
  log_->finish(std::move(groups_), states_, region_);
  return std::move(log_);
}

DependencyLog::Entry Engine::entry_of(std::int32_t g, Dependencies::CoreEvent::Kind kind) const {
  const GroupState& state = states_[static_cast<std::size_t>(g)];
  DependencyLog::Entry entry;
  entry.kind = kind;
  entry.time = state.now;
  entry.epoch = state.epoch;
  entry.computed = state.compute;
  entry.graph_op = state.op;
  for (int d = 0; d < state.depth; ++d) {
    if (state.open[static_cast<std::size_t>(d)] == 1) {
      entry.layer = state.loops[1].index + first_index_of(g);
    }
  }
  entry.step = static_cast<std::int32_t>(state.at);
  return entry;
}

void Engine::log_issue(std::int32_t g, const OperationPtr& operation) {
  if (log_ != nullptr) {
    const auto index = static_cast<std::size_t>(g);
    log_->issue(index, groups_.groups[index], entry_of(g, Dependencies::CoreEvent::Kind::issue),
                operation);
  }
}

void Engine::log_resume(std::int32_t g, const Operation& operation, const Times& before) {
  if (log_ != nullptr) {
    DependencyLog::Entry entry = entry_of(g, Dependencies::CoreEvent::Kind::resume);
    entry.before = before;
    entry.operation = operation.logged;
    log_->note(static_cast<std::size_t>(g), groups_.groups[static_cast<std::size_t>(g)],
               std::move(entry));
  }
}

void Engine::log_note(std::int32_t g, Dependencies::CoreEvent::Kind kind, std::int64_t cycles,
                      std::int64_t period) {
  if (log_ != nullptr) {
    DependencyLog::Entry entry = entry_of(g, kind);
    entry.cycles = cycles;
    entry.period = period;
    log_->note(static_cast<std::size_t>(g), groups_.groups[static_cast<std::size_t>(g)],
               std::move(entry));
  }
}

}  // namespace weft::sim::vector
