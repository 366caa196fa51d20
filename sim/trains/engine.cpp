// SPDX-License-Identifier: Apache-2.0
#include "sim/trains/engine.h"

#include <algorithm>

#include "isa/bundle.h"

namespace weft::sim::trains {

Engine::Engine(const isa::Bundle& bundle, const arch::Machine& machine)
    : bundle_(bundle),
      machine_(machine),
      cost_(machine_),
      region_(isa::rect_of(bundle.region())),
      first_index_(bundle),
      pace_(static_cast<double>(machine.fabric().words_per_cycle().num()) /
            static_cast<double>(machine.fabric().words_per_cycle().den())) {}

Result<std::unique_ptr<Engine>> Engine::create(const isa::Bundle& bundle,
                                               const arch::Machine& machine) {
  std::unique_ptr<Engine> engine(new Engine(bundle, machine));
  engine->tiles_.resize(static_cast<std::size_t>(engine->region_.area()));
  WEFT_ASSIGN(const bool complete, engine->write_scripts());
  if (!complete) {
    return std::unique_ptr<Engine>();
  }
  const auto colors = static_cast<std::size_t>(machine.fabric().colors());
  for (std::size_t i = 0; i < engine->tiles_.size(); ++i) {
    Tile& tile = engine->tiles_[i];
    tile.events.fill(kNone);
    if (tile.script == kNone) {
      tile.wait = Tile::Wait::halted;
      continue;
    }
    tile.engines.assign(static_cast<std::size_t>(machine.tile().queue_engines()), kNone);
    tile.sources.assign(colors, kNone);
    tile.sinks.assign(colors, kNone);
    ++engine->running_cores_;
    engine->push(0, Event::core, static_cast<std::int32_t>(i), 0);
  }
  engine->op_ends_.resize(static_cast<std::size_t>(bundle.graph_ops_size()));
  engine->op_bins_.resize(engine->op_ends_.size() + 1);
  engine->lay_out();
  return engine;
}

Engine::Progress Engine::advance(std::int64_t until) {
  while (!is_over()) {
    const std::int64_t cycle = wheel_.next();
    if (cycle == Wheel<Event>::kNever) {
      return Progress::deadlock;
    }
    if (cycle >= until) {
      return Progress::running;
    }
    now_ = cycle;
    while (wheel_.next() == cycle) {
      play(wheel_.pop());
    }
    settle();
  }
  return Progress::finished;
}

double Engine::consumed(std::int64_t cycle) const {
  double words = 0;
  for (const Point& point : points_) {
    if (point.kind == isa::RouteNode::Kind::sink) {
      const double passed = point.passed_at(cycle);
      words += std::min(passed, std::max(point.passed, point.arrived_at(cycle)));
    }
  }
  return words;
}

double Engine::fraction_done() const {
  double fraction = 1;
  for (const Tile& tile : tiles_) {
    if (tile.wait != Tile::Wait::halted) {
      const auto& steps = scripts_[static_cast<std::size_t>(tile.script)].steps;
      fraction = std::min(fraction, tile.at / static_cast<double>(steps.size()));
    }
  }
  return fraction;
}

}  // namespace weft::sim::trains
