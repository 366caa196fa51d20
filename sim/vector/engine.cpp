// SPDX-License-Identifier: Apache-2.0
#include "sim/vector/engine.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "isa/bundle.h"

namespace weft::sim::vector {

Engine::Engine(const isa::Bundle& bundle, const arch::Machine& machine, bool repeat, int threads,
               Links links, TimelineRecorder* timeline)
    : bundle_(bundle),
      machine_(machine),
      cost_(machine_),
      routes_(bundle, machine_),
      region_(isa::rect_of(bundle.region())),
      links_(links),
      timeline_(timeline),
      options_repeat_(repeat),
      crew_(threads > 0 ? threads : host_threads()) {}

std::unique_ptr<Engine> Engine::create(const isa::Bundle& bundle, const arch::Machine& machine,
                                       bool repeat, Grouping grouping, int threads,
                                       ScriptMemo* memo, Links links, TimelineRecorder* timeline) {
  std::unique_ptr<Engine> engine(new Engine(bundle, machine, repeat, threads, links, timeline));
  return engine->prepare(grouping, memo) ? std::move(engine) : nullptr;
}

bool Engine::prepare(Grouping grouping, ScriptMemo* memo) {
  const auto& pace = machine_.fabric().words_per_cycle();
  const std::int64_t common = std::gcd(pace.num(), pace.den());
  pace_ = {static_cast<std::int32_t>(pace.num() / common),
           static_cast<std::int32_t>(pace.den() / common)};
  std::vector<isa::Program> programs;
  for (const isa::Role& role : bundle_.roles()) {
    for (const isa::TileSet& set : role.tiles()) {
      const weft::TileSet tiles = isa::tile_set_of(set);
      if (!region_.contains(tiles.x.first, tiles.y.first) ||
          !region_.contains(tiles.x.first + (tiles.x.count - 1) * tiles.x.step,
                            tiles.y.first + (tiles.y.count - 1) * tiles.y.step)) {
        return false;
      }
    }
    auto program = isa::resolve_program(role);
    if (!program) {
      return false;
    }
    programs.push_back(std::move(*program));
  }
  auto groups =
      make_groups(bundle_, programs, routes_, region_, cost_, machine_.tile().queue_engines(),
                  machine_.fabric().colors(), grouping, memo);
  if (!groups) {
    return false;
  }
  groups_ = std::move(*groups);
  states_.resize(groups_.groups.size());
  for (std::size_t g = 0; g < states_.size(); ++g) {
    const Group& group = groups_.groups[g];
    GroupState& state = states_[g];
    const auto size = static_cast<std::size_t>(group.box.area());
    state.now.plane = pool_.take(size);
    std::fill(state.now.plane->begin(), state.now.plane->end(), 0);
    state.units.resize(3 + static_cast<std::size_t>(machine_.tile().queue_engines()));
    state.in_trains.resize(static_cast<std::size_t>(group.in_slots));
    state.in_tails.resize(state.in_trains.size());
    state.out_trains.resize(static_cast<std::size_t>(group.out_slots));
    state.words_out.resize(state.out_trains.size());
    state.pace_tails.resize(pace_.slow() ? state.out_trains.size() : 0);
    state.op_bins.resize(static_cast<std::size_t>(bundle_.graph_ops_size()) + 1);
    for (auto* plane : {&state.waits.unit, &state.waits.input, &state.waits.output}) {
      plane->assign(size, 0);
    }
    if (group.tiles == 0) {
      state.halted = true;
      ++halted_;
    } else {
      queue(static_cast<std::int32_t>(g));
    }
  }
  fork_tails_.resize(static_cast<std::size_t>(machine_.fabric().colors()));
  fork_state_.resize(fork_tails_.size());
  op_ends_.resize(static_cast<std::size_t>(bundle_.graph_ops_size()));
  prepare_marks();
  find_routes();
  return true;
}

void Engine::queue(std::int32_t g) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  if (!state.queued && !state.halted) {
    state.queued = true;
    runnable_.push_back({state.now.low + epoch_, g});
    std::push_heap(runnable_.begin(), runnable_.end(), std::greater<>());
  }
}

void Engine::decline(std::string why) {
  if (declined_.empty()) {
    declined_ = std::move(why);
  }
}

Engine::Progress Engine::advance(std::int64_t until) {
  for (const std::int32_t g : parked_) {
    queue(g);
  }
  parked_.clear();
  rebase();
  while (declined_.empty() && (!runnable_.empty() || (parked_.empty() && !held_.empty()))) {
    if (runnable_.empty()) {
      release_held();
    }
    std::pop_heap(runnable_.begin(), runnable_.end(), std::greater<>());
    const std::int32_t g = runnable_.back().second;
    runnable_.pop_back();
    run_group(g, until);
  }
  if (!declined_.empty()) {
    return Progress::declined;
  }
  if (!parked_.empty()) {
    return Progress::running;
  }
  const bool drained = std::all_of(states_.begin(), states_.end(),
                                   [](const GroupState& state) { return state.posted.empty(); });
  if (halted_ == static_cast<std::int32_t>(states_.size()) && drained) {
    return Progress::finished;
  }
  waits_for_itself_ = true;
  decline("groups wait for each other");
  return Progress::declined;
}

void Engine::run_group(std::int32_t g, std::int64_t until) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  state.queued = false;
  if (state.halted) {
    return;
  }
  if (state.waits_for != nullptr) {
    if (!state.waits_for->worked_out) {
      return;
    }
    const OperationPtr operation = std::move(state.waits_for);
    state.waits_for = nullptr;
    if (state.retires) {
      retire(g, operation);
    }
  }
  while (declined_.empty() && state.now.low + epoch_ < until) {
    if (!take_step(g)) {
      return;
    }
  }
  if (state.now.high > std::int64_t{0x3F000000}) {
    decline("the run is longer than 2^30 cycles");
  }
  parked_.push_back(g);
}

// False when the group must wait or has halted.
bool Engine::take_step(std::int32_t g) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const Step& step = groups_.groups[static_cast<std::size_t>(g)].steps()[state.at];
  if (step.graph_op != state.op) {
    settle_op(g);
    look_at(g);
    log_note(g, Dependencies::CoreEvent::Kind::op);
    state.op = step.graph_op;
  }
  switch (step.kind) {
    case Step::Kind::spend:
      state.now = state.now.plus(step.cycles);
      state.setup += step.cycles;
      state.instructions += step.instructions;
      break;
    case Step::Kind::compute:
      return compute(g, step);
    case Step::Kind::transfer:
      return transfer(g, step);
    case Step::Kind::wait: {
      const OperationPtr operation = state.events[static_cast<std::size_t>(step.event)];
      if (operation == nullptr) {
        break;
      }
      ++state.at;
      if (!operation->worked_out) {
        state.waits_for = operation;
        state.retires = true;
        return false;
      }
      retire(g, operation);
      return true;
    }
    case Step::Kind::loop: {
      auto& loop = state.loops[static_cast<std::size_t>(step.level)];
      loop = {step.amount, step.first};
      state.open[static_cast<std::size_t>(state.depth++)] = step.level;
      break;
    }
    case Step::Kind::end: {
      auto& loop = state.loops[static_cast<std::size_t>(step.level)];
      if (--loop.left > 0) {
        ++loop.index;
        state.at = static_cast<std::size_t>(step.match) + 1;
        return loop.left < 2 || !hold(g);
      } else {
        --state.depth;
        loop.index = 0;
      }
      break;
    }
    case Step::Kind::op_end:
      close_op(g, step.graph_op);
      break;
    case Step::Kind::halt:
      log_note(g, Dependencies::CoreEvent::Kind::op);
      if (timeline_ != nullptr) {
        mark_time(g);
      }
      state.halted = true;
      ++halted_;
      return false;
  }
  ++state.at;
  return true;
}

bool Engine::compute(std::int32_t g, const Step& step) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const OperationPtr busy = state.units[static_cast<std::size_t>(Unit::datapath)];
  if (busy != nullptr && !busy->worked_out) {
    state.waits_for = busy;  // the step is taken again once the claimant's end is known
    state.retires = false;
    return false;
  }
  ++state.at;
  state.setup += step.setup;
  state.now = state.now.plus(step.setup);
  if (busy != nullptr && busy->end().high > state.now.low) {
    const Group& group = groups_.groups[static_cast<std::size_t>(g)];
    const Times end = busy->end();
    const Times before = state.now;
    state.now = later_of(group, before, end);
    log_resume(g, *busy, before);
    for_rows(group, [&](std::ptrdiff_t from, int stride, int count) {
      for (int i = 0; i < count; ++i) {
        const std::ptrdiff_t at = from + static_cast<std::ptrdiff_t>(i) * stride;
        const auto k = static_cast<std::size_t>(at);
        const std::int64_t was = (*before.plane)[k] + before.shift;
        state.waits.unit[k] +=
            static_cast<std::int32_t>(std::max<std::int64_t>(0, (*end.plane)[k] + end.shift - was));
      }
    });
  }
  state.compute += step.cycles;
  state.macs += step.amount;
  state.now = state.now.plus(step.cycles);
  return true;
}

bool Engine::transfer(std::int32_t g, const Step& step) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  auto operation = std::make_shared<Operation>();
  operation->group = g;
  operation->step = &step;
  operation->words = step.amount;
  operation->port = {g, step.in_color, step.out_color};
  operation->start = state.now;
  operation->epoch = state.epoch;
  if (step.in_color >= 0) {
    operation->in_train = state.in_trains[static_cast<std::size_t>(step.in_color)]++;
    state.words_received += step.amount;
  }
  if (step.out_color >= 0) {
    operation->out_train = state.out_trains[static_cast<std::size_t>(step.out_color)]++;
    state.words_out[static_cast<std::size_t>(step.out_color)] += step.amount;
    state.words_sent += step.amount;
  }
  log_issue(g, operation);
  ++state.at;
  state.posted.push_back(operation);
  if (step.engine >= 0) {
    state.events[static_cast<std::size_t>(step.event)] = operation;
    claim(g, operation);
    return true;
  }
  claim(g, operation);
  if (!operation->worked_out) {
    state.waits_for = operation;
    state.retires = true;
    return false;
  }
  retire(g, operation);
  return true;
}

// The core has waited for the operation: nothing after it can be held up by it.
void Engine::retire(std::int32_t g, const OperationPtr& operation) {
  GroupState& state = states_[static_cast<std::size_t>(g)];
  const Times before = state.now;
  wait_until_end(g, *operation);
  if (state.now.plane != before.plane) {
    log_resume(g, *operation, before);
  }
  for (OperationPtr& unit : state.units) {
    if (unit == operation) {
      unit = nullptr;
    }
  }
  for (OperationPtr& event : state.events) {
    if (event == operation) {
      event = nullptr;
    }
  }
}

void Engine::close_op(std::int32_t g, std::int32_t graph_op) {
  constexpr std::int32_t kMostInstances = 1 << 16;
  const GroupState& state = states_[static_cast<std::size_t>(g)];
  OpEnd end{g, graph_op, {0, 0}, state.now.high + state.epoch};
  for (int d = 0; d < state.depth; ++d) {
    const auto level = static_cast<std::size_t>(state.open[static_cast<std::size_t>(d)]);
    if (level < end.index.size()) {
      end.index[level] = std::min(state.loops[level].index, kMostInstances);
    }
  }
  end.index[1] += first_index_of(g);
  note_op_end(end);
}

std::int32_t Engine::first_index_of(std::int32_t g) const {
  const int region = groups_.groups[static_cast<std::size_t>(g)].region;
  return region < 0 ? 0 : bundle_.regions(region).first_index();
}

std::int64_t Engine::reached() const {
  std::int64_t cycle = INT64_MAX;
  for (const GroupState& state : states_) {
    if (!state.halted) {
      cycle = std::min(cycle, state.now.low + state.epoch);
    }
  }
  return cycle == INT64_MAX ? 0 : cycle;
}

double Engine::fraction_done() const {
  double fraction = 1;
  for (std::size_t g = 0; g < states_.size(); ++g) {
    if (!states_[g].halted) {
      const auto steps = static_cast<double>(groups_.groups[g].steps().size());
      fraction = std::min(fraction, static_cast<double>(states_[g].at) / steps);
    }
  }
  return fraction;
}

}  // namespace weft::sim::vector
