// SPDX-License-Identifier: Apache-2.0
#include "sim/word/engine.h"

#include <algorithm>

#include "isa/bundle.h"
#include "isa/regions.h"
#include "sim/core/roles.h"

namespace weft::sim::word {

Engine::Engine(const isa::Bundle& bundle, const arch::Machine& machine, const Options& options)
    : bundle_(bundle),
      machine_(machine),
      options_(options),
      cost_(machine_),
      region_(isa::rect_of(bundle.region())),
      first_index_(bundle),
      routes_(isa::trace_routes(bundle, machine_)),
      fabric_(routes_, machine_, options.dense),
      paced_(machine.fabric().words_per_cycle().num() != machine.fabric().words_per_cycle().den()) {
}

Result<std::unique_ptr<Engine>> Engine::create(const isa::Bundle& bundle,
                                               const arch::Machine& machine,
                                               const TensorSource& tensors,
                                               const Options& options) {
  std::unique_ptr<Engine> engine(new Engine(bundle, machine, options));
  WEFT_TRY(engine->elaborate(tensors));
  engine->connect();
  return engine;
}

Status Engine::elaborate(const TensorSource& tensors) {
  for (const isa::Role& role : bundle_.roles()) {
    WEFT_ASSIGN(isa::Program program, isa::resolve_program(role));
    programs_.push_back(std::move(program));
  }
  WEFT_ASSIGN(const std::vector<std::int32_t> role_of, assign_roles(bundle_));
  const isa::Regions regions(bundle_);
  cores_.resize(role_of.size());
  for (std::size_t i = 0; i < cores_.size(); ++i) {
    Core& core = cores_[i];
    core.at = regions.at(i);
    core.role = role_of[i];
    core.events.fill(kNone);
    if (core.role == kNone) {
      core.state = Core::State::halted;
      continue;
    }
    core.program = std::make_unique<isa::ProgramState>();
    core.last_claimant.assign(
        static_cast<std::size_t>(unit::first_engine + machine_.tile().queue_engines()), kNone);
    core.trees.assign(static_cast<std::size_t>(machine_.fabric().colors()), kNone);
    core.sinks = core.trees;
    ++running_cores_;
    agenda_.add(0, static_cast<std::int32_t>(i));
  }
  give_channels();
  op_ends_.resize(static_cast<std::size_t>(bundle_.graph_ops_size()));
  op_bins_.resize(op_ends_.size() + 1);
  if (options_.data) {
    sram_.allocate(bundle_, role_of, options_.sram_fill);
    probes_.prepare(bundle_);
    WEFT_TRY(sram_.load(bundle_, role_of, tensors,
                        [&] { return options_.progress && !options_.progress(0, 0); }));
  }
  return {};
}

std::int32_t Engine::core_at(TileId tile) const {
  const int x = static_cast<int>(tile.index()) % machine_.grid().width();
  const int y = static_cast<int>(tile.index()) / machine_.grid().width();
  return region_.contains(x, y) ? (y - region_.y) * region_.width + x - region_.x : kNone;
}

void Engine::connect() {
  if (options_.timeline) {
    timeline_.emplace(machine_, region_, routes_, *options_.timeline);
  }
  const auto& trees = fabric_.trees();
  const auto& sinks = fabric_.sinks();
  for (std::size_t t = 0; t < trees.size(); ++t) {
    if (const std::int32_t at = core_at(trees[t].tile); at != kNone && core(at).role != kNone) {
      core(at).trees[static_cast<std::size_t>(trees[t].color)] = static_cast<std::int32_t>(t);
    }
    wires_.emplace_back().taken.resize(trees[t].sinks.size(), 0);
  }
  for (std::size_t s = 0; s < sinks.size(); ++s) {
    const auto color =
        static_cast<std::size_t>(trees[static_cast<std::size_t>(sinks[s].tree)].color);
    if (const std::int32_t at = core_at(sinks[s].tile); at != kNone && core(at).role != kNone) {
      core(at).sinks[color] = static_cast<std::int32_t>(s);
    }
  }
  source_operation_.assign(trees.size(), kNone);
  sink_operation_.assign(sinks.size(), kNone);
  claimed_out_.assign(trees.size(), 0);
  claimed_in_.assign(sinks.size(), 0);
  pace_.assign(trees.size(), -1);
}

// The next cycle in which anything can happen; INT64_MAX: none.
std::int64_t Engine::next_cycle() const {
  const bool at_once = !finished_.empty() || !trying_next_.empty() || !fabric_.is_still();
  return at_once ? now_ + 1 : agenda_.next();
}

Engine::Progress Engine::advance(std::int64_t until) {
  until_ = until;
  take_answers();
  while (fault_.empty() && !is_over()) {
    if (edge_.earliest() <= now_) {
      return Progress::running;
    }
    const std::int64_t cycle = next_cycle();
    if (cycle == INT64_MAX) {
      return edge_.open() > 0 ? Progress::waiting : Progress::deadlock;
    }
    if (cycle >= until) {
      return Progress::running;
    }
    play(cycle);
  }
  return is_over() ? Progress::finished : Progress::running;
}

void Engine::play(std::int64_t cycle) {
  now_ = cycle;
  fabric_.begin(now_);
  trying_.clear();
  trying_.swap(trying_next_);
  due_.clear();
  due_.swap(finished_);
  for (const std::int32_t id : due_) {
    let_go(id);
  }
  due_.clear();
  agenda_.take(now_, due_);
  for (const std::int32_t who : due_) {
    if (who < 0 && isa::is_edge(operation(~who).opcode)) {
      let_go(~who);
    } else {
      (who >= 0 ? ready_cores_ : trying_).push_back(who >= 0 ? who : ~who);
    }
  }
  for (std::size_t i = 0; i < ready_cores_.size() && fault_.empty(); ++i) {
    run_core(ready_cores_[i]);
  }
  ready_cores_.clear();
  for (std::size_t i = 0; i < trying_.size(); ++i) {
    try_to_move(trying_[i]);
  }
  fabric_.settle(*this);
}

double Engine::fraction_done() const {
  double fraction = 1;
  for (const Core& core : cores_) {
    if (core.state != Core::State::halted) {
      const auto& outermost = core.program->loops[0];
      const bool looping = core.program->depth > 0 && outermost.count > 0;
      fraction = std::min(fraction, looping ? outermost.index / double(outermost.count) : 0.0);
    }
  }
  return fraction;
}

}  // namespace weft::sim::word
