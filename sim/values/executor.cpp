// SPDX-License-Identifier: Apache-2.0
#include "sim/values/executor.h"

#include <algorithm>
#include <system_error>

#include "isa/bundle.h"
#include "isa/regions.h"
#include "isa/route_tree.h"
#include "sim/core/crew.h"
#include "sim/core/datapath.h"
#include "sim/core/roles.h"

namespace weft::sim::values {
namespace {

// Strips for every thread, so that one that is late holds up few others.
constexpr int kStripsAThread = 4;
// A thread for fewer tiles than that takes more than it gives.
constexpr int kTilesAThread = 32;

int threads_for(int wanted, std::int64_t tiles) {
  if (wanted > 0) {
    return wanted;
  }
  return static_cast<int>(std::clamp<std::int64_t>(tiles / kTilesAThread, 1, host_threads()));
}

}  // namespace

Executor::Executor(const isa::Bundle& bundle, const arch::Machine& machine, const Options& options)
    : bundle_(bundle),
      options_(options),
      sums_(product_sums(machine)),
      region_(isa::rect_of(bundle.region())),
      first_index_(bundle) {}

Executor::~Executor() {
  if (strips_) {
    strips_->stop();
  }
  for (std::thread& helper : helpers_) {
    helper.join();
  }
}

Result<std::unique_ptr<Executor>> Executor::create(const isa::Bundle& bundle,
                                                   const arch::Machine& machine,
                                                   const TensorSource& tensors,
                                                   const Options& options) {
  std::unique_ptr<Executor> executor(new Executor(bundle, machine, options));
  WEFT_TRY(executor->elaborate(machine, tensors));
  executor->connect(machine);
  executor->divide(threads_for(options.threads, executor->region_.area()));
  return executor;
}

Status Executor::elaborate(const arch::Machine& machine, const TensorSource& tensors) {
  for (const isa::Role& role : bundle_.roles()) {
    WEFT_ASSIGN(isa::Program program, isa::resolve_program(role));
    programs_.push_back(std::move(program));
  }
  WEFT_ASSIGN(const std::vector<std::int32_t> role_of, assign_roles(bundle_));
  const isa::Regions regions(bundle_);
  tiles_.resize(role_of.size());
  for (std::size_t i = 0; i < tiles_.size(); ++i) {
    Tile& tile = tiles_[i];
    tile.at = regions.at(i);
    tile.role = role_of[i];
    tile.halted = tile.role == kNone;
    tile.outs.assign(static_cast<std::size_t>(machine.fabric().colors()), kNone);
    tile.ins = tile.sinks = tile.outs;
  }
  sram_.allocate(bundle_, role_of, options_.sram_fill);
  probes_.prepare(bundle_);
  return sram_.load(bundle_, role_of, tensors,
                    [&] { return options_.progress && !options_.progress(0, 0); });
}

void Executor::connect(const arch::Machine& machine) {
  const isa::RouteTrees routes = isa::trace_routes(bundle_, machine);
  const int grid_width = machine.grid().width();
  const auto tile_index = [&](TileId id) {
    const int x = static_cast<int>(id.index()) % grid_width;
    const int y = static_cast<int>(id.index()) / grid_width;
    return region_.contains(x, y) ? (y - region_.y) * region_.width + x - region_.x : kNone;
  };
  channels_.reserve(routes.trees.size());
  std::vector<std::int64_t> places;  // by node, from the source
  for (const isa::RouteTree& tree : routes.trees) {
    const auto index = static_cast<std::int32_t>(channels_.size());
    const auto color = static_cast<std::size_t>(tree.color);
    const std::int32_t source = tile_index(tree.nodes.front().tile);
    Channel& made = channels_.emplace_back(tree.color, source);
    if (source != kNone) {
      tiles_[static_cast<std::size_t>(source)].outs[color] = index;
    }
    places.assign(tree.nodes.size(), 0);
    for (std::size_t n = 1; n < tree.nodes.size(); ++n) {
      const isa::RouteNode& node = tree.nodes[n];
      places[n] = places[static_cast<std::size_t>(node.parent)] + node.places;
      const std::int32_t at = tile_index(node.tile);
      if (node.kind == isa::RouteNode::Kind::sink && at != kNone) {
        Tile& tile = tiles_[static_cast<std::size_t>(at)];
        tile.ins[color] = index;
        tile.sinks[color] = made.add_sink(at, places[n]);
      }
    }
  }
}

void Executor::divide(int threads) {
  const auto tiles = static_cast<std::int32_t>(tiles_.size());
  threads = std::min(threads, tiles);
  strips_ = std::make_unique<Strips>(tiles, threads == 1 ? 1 : kStripsAThread * threads,
                                     [this](std::int32_t tile, Woken& woken) { run(tile, woken); });
  for (Channel& made : channels_) {
    for (std::int32_t sink = 0; sink < made.sinks(); ++sink) {
      if (strips_->strip_of(made.sink_tile(sink)) != strips_->strip_of(made.source())) {
        made.make_crossing();
        break;
      }
    }
  }
  fractions_ = std::vector<std::atomic<float>>(static_cast<std::size_t>(strips_->size()));
  threads_ = threads;
}

// A host that gives fewer threads is slower, and nothing else.
void Executor::start() {
  try {
    for (int i = 1; i < threads_; ++i) {
      helpers_.emplace_back([this] { strips_->work(); });
    }
  } catch (const std::system_error&) {
    threads_ = static_cast<int>(helpers_.size()) + 1;
  }
}

Executor::End Executor::finish(const std::function<bool()>& ask) {
  strips_->work(ask);
  for (std::thread& helper : helpers_) {
    helper.join();
  }
  helpers_.clear();
  strips_->rethrow();
  if (declined_) {
    return End::declined;
  }
  if (strips_->stopped()) {
    return End::stopped;
  }
  const bool all = std::all_of(tiles_.begin(), tiles_.end(), [](const Tile& tile) {
    return tile.halted && tile.pending.empty();
  });
  return all ? End::finished : End::stuck;
}

double Executor::fraction_done() const {
  double fraction = 1;
  for (const std::atomic<float>& strip : fractions_) {
    fraction = std::min<double>(fraction, strip.load(std::memory_order_relaxed));
  }
  return fraction;
}

}  // namespace weft::sim::values
