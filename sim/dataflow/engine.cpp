// SPDX-License-Identifier: Apache-2.0
#include "sim/dataflow/engine.h"

#include <algorithm>

#include "isa/bundle.h"
#include "isa/regions.h"
#include "sim/core/roles.h"

namespace weft::sim::dataflow {

Engine::Engine(const isa::Bundle& bundle, const arch::Machine& machine, const Options& options,
               ActivitySink* activity)
    : bundle_(bundle),
      machine_(machine),
      options_(options),
      activity_(activity),
      cost_(machine_),
      region_(isa::rect_of(bundle.region())),
      first_index_(bundle),
      paced_(machine.fabric().words_per_cycle().num() != machine.fabric().words_per_cycle().den()) {
}

Result<std::unique_ptr<Engine>> Engine::create(const isa::Bundle& bundle,
                                               const arch::Machine& machine,
                                               const TensorSource& tensors, const Options& options,
                                               ActivitySink* activity) {
  std::unique_ptr<Engine> engine(new Engine(bundle, machine, options, activity));
  WEFT_TRY(engine->elaborate_tiles(tensors));
  engine->elaborate_fabric();
  return engine;
}

Status Engine::elaborate_tiles(const TensorSource& tensors) {
  for (const isa::Role& role : bundle_.roles()) {
    WEFT_ASSIGN(isa::Program program, isa::resolve_program(role));
    programs_.push_back(std::move(program));
  }
  const isa::Regions regions(bundle_);
  tiles_.resize(static_cast<std::size_t>(region_.area()));
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    Tile& tile = tiles_[i];
    tile.at = regions.at(i);
    tile.events.fill(kNone);
    tile.engines.resize(static_cast<std::size_t>(machine_.tile().queue_engines()));
    tile.sources.assign(static_cast<std::size_t>(machine_.fabric().colors()), kNone);
    tile.sinks = tile.sources;
  }
  WEFT_ASSIGN(const std::vector<std::int32_t> role_of, assign_roles(bundle_));
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    tiles_[i].role = role_of[i];
    if (role_of[i] == kNone) {
      tiles_[i].wait = Tile::Wait::halted;
      ++halted_;
    } else {
      queue_core(static_cast<std::int32_t>(i));
    }
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

void Engine::elaborate_fabric() {
  routes_ = isa::trace_routes(bundle_, machine_);
  if (options_.timeline) {
    timeline_.emplace(machine_, region_, routes_, *options_.timeline);
  }
  const int grid_width = machine_.grid().width();
  const auto tile_index = [&](TileId id) {
    const int x = static_cast<int>(id.index()) % grid_width;
    const int y = static_cast<int>(id.index()) / grid_width;
    return region_.contains(x, y) ? (y - region_.y) * region_.width + x - region_.x : kNone;
  };
  for (std::size_t t = 0; t < routes_.trees.size(); ++t) {
    const isa::RouteTree& tree = routes_.trees[t];
    const auto base = static_cast<std::int32_t>(nodes_.size());
    const auto color = static_cast<std::size_t>(tree.color);
    first_node_.push_back(base);
    Wire wire;
    wire.color = tree.color;
    for (const isa::RouteNode& from : tree.nodes) {
      const auto index = static_cast<std::int32_t>(nodes_.size());
      Node node;
      node.kind = from.kind;
      node.tree = static_cast<std::int32_t>(t);
      node.parent = from.parent < 0 ? kNone : base + from.parent;
      node.latency = from.latency;
      node.places = from.places;
      node.tile = tile_index(from.tile);
      node.first_child = static_cast<std::int32_t>(children_.size());
      node.child_count = static_cast<std::int32_t>(from.children.size());
      for (const std::int32_t child : from.children) {
        children_.push_back(base + child);
      }
      if (node.tile != kNone && node.kind == isa::RouteNode::Kind::source) {
        tiles_[static_cast<std::size_t>(node.tile)].sources[color] = index;
      }
      if (node.tile != kNone && node.kind == isa::RouteNode::Kind::sink) {
        tiles_[static_cast<std::size_t>(node.tile)].sinks[color] = index;
        wire.sinks.push_back(index);
      }
      nodes_.push_back(std::move(node));
    }
    wires_.push_back(std::move(wire));
  }
  find_shared_links();
}

Engine::Progress Engine::advance(std::int64_t until) {
  if (until > parked_until_) {
    parked_until_ = until;
    for (const std::int32_t tile : parked_) {
      queue_core(tile);
    }
    parked_.clear();
  }
  take_answers();
  while (fault_.empty() && (!core_queue_.empty() || !work_.empty())) {
    while (!core_queue_.empty() && fault_.empty()) {
      const std::int32_t tile = core_queue_.back();
      core_queue_.pop_back();
      run_core(tile, parked_until_);
    }
    while (!work_.empty() && core_queue_.empty()) {
      const std::int64_t item = work_.back();
      work_.pop_back();
      if (item >= 0) {
        advance_operation(static_cast<std::int32_t>(item));
      } else {
        advance_fork(static_cast<std::int32_t>(~item));
      }
    }
  }
  if (!parked_.empty()) {
    return Progress::running;
  }
  if (edge_.open() > 0) {
    return Progress::waiting;
  }
  return halted_ == static_cast<std::int32_t>(tiles_.size()) && all_done() ? Progress::finished
                                                                           : Progress::deadlock;
}

bool Engine::all_done() const {
  return std::all_of(operations_.begin(), operations_.end(),
                     [](const Operation& operation) { return operation.done; });
}

std::int64_t Engine::reached() const {
  std::int64_t cycle = INT64_MAX;
  for (const Tile& tile : tiles_) {
    if (tile.wait != Tile::Wait::halted) {
      cycle = std::min(cycle, tile.now);
    }
  }
  return cycle == INT64_MAX ? 0 : cycle;
}

double Engine::fraction_done() const {
  double fraction = 1;
  for (const Tile& tile : tiles_) {
    if (tile.wait != Tile::Wait::halted) {
      const auto& outermost = tile.program.loops[0];
      const bool looping = tile.program.depth > 0 && outermost.count > 0;
      fraction = std::min(fraction, looping ? outermost.index / double(outermost.count) : 0.0);
    }
  }
  return fraction;
}

}  // namespace weft::sim::dataflow
