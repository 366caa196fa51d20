// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/skeleton.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/bundle.h"
#include "isa/regions.h"

namespace weft::isa {

Skeleton::Skeleton(const Bundle& bundle, const arch::Machine& machine,
                   const ResolvedBundle& resolved, Findings& findings, int most_executed_log2,
                   const std::function<bool()>& stop)
    : ProgramRun(bundle, resolved, findings, most_executed_log2),
      stop_(stop),
      colors_(static_cast<std::size_t>(machine.fabric().colors())),
      engines_(static_cast<std::size_t>(machine.tile().queue_engines())),
      grid_width_(static_cast<std::uint32_t>(machine.grid().width())) {
  add_cores();
  add_nodes();
}

void Skeleton::add_cores() {
  const Regions regions(bundle_);
  const std::vector<WrittenBytes> loaded = written_by_loads();
  cores_.resize(resolved_.role_of.size());
  for (std::size_t i = 0; i < cores_.size(); ++i) {
    Core& core = cores_[i];
    core.at = regions.at(i);
    core.role = resolved_.role_of[i];
    core.events.fill(kNobody);
    if (core.role == kNobody) {
      core.wait = Core::Wait::halted;
    } else {
      core.written = loaded[static_cast<std::size_t>(core.role)];
    }
  }
  engine_claims_.assign(cores_.size() * engines_, kNobody);
  sources_.assign(cores_.size() * colors_, kNobody);
  sinks_ = sources_;
}

void Skeleton::add_nodes() {
  const weft::Rect& region = resolved_.region;
  for (const RouteTree& tree : resolved_.routes.trees) {
    const auto base = static_cast<std::int32_t>(nodes_.size());
    const std::int32_t index = trains_.add_tree();
    source_of_tree_.push_back(base);
    color_of_tree_.push_back(tree.color);
    for (const RouteNode& from : tree.nodes) {
      const int x = static_cast<int>(from.tile.index() % grid_width_);
      const int y = static_cast<int>(from.tile.index() / grid_width_);
      SkeletonNode node;
      node.kind = from.kind;
      node.tree = index;
      node.parent = from.parent < 0 ? kNobody : base + from.parent;
      node.places = from.places;
      node.first_child = static_cast<std::int32_t>(children_.size());
      node.child_count = static_cast<std::int32_t>(from.children.size());
      for (const std::int32_t child : from.children) {
        children_.push_back(base + child);
      }
      const auto here = static_cast<std::int32_t>(nodes_.size());
      if (region.contains(x, y)) {
        node.tile = (y - region.y) * region.width + x - region.x;
        const auto at =
            static_cast<std::size_t>(node.tile) * colors_ + static_cast<std::size_t>(tree.color);
        if (node.kind == RouteNode::Kind::source) {
          sources_[at] = here;
        } else if (node.kind == RouteNode::Kind::sink) {
          sinks_[at] = here;
        }
      }
      if (node.kind == RouteNode::Kind::sink) {
        node.sink = trains_.add_sink(index);
        node_of_sink_.push_back(here);
      }
      grid_tile_.push_back(from.tile.index());
      nodes_.push_back(node);
    }
  }
}

void Skeleton::run() {
  for (std::size_t i = cores_.size(); i-- > 0;) {
    if (cores_[i].wait != Core::Wait::halted) {
      queue_core(static_cast<std::int32_t>(i));
    }
  }
  std::vector<std::int32_t> batch;
  while (!exhausted_ && !asked_ && !findings_.full() && (!core_queue_.empty() || !work_.empty())) {
    if (!work_.empty()) {
      batch.swap(work_);
      for (const std::int32_t item : batch) {
        item >= 0 ? move(item) : move_fork(~item);
      }
      steps_taken_ += static_cast<std::int64_t>(batch.size());
      batch.clear();
      continue;
    }
    const std::int32_t tile = core_queue_.back();
    core_queue_.pop_back();
    run_core(tile);
  }
  if (asked_) {
    return;
  }
  report_trains();
  report_edge();
  if (!stopped_ && !trains_.unequal_words()) {
    report_waits();
  }
}

void Skeleton::queue_core(std::int32_t tile) {
  Core& core = cores_[static_cast<std::size_t>(tile)];
  if (!core.queued) {
    core.queued = true;
    core_queue_.push_back(tile);
  }
}

void Skeleton::run_core(std::int32_t tile) {
  Core& core = cores_[static_cast<std::size_t>(tile)];
  core.queued = false;
  if (core.wait == Core::Wait::halted || !resume(core)) {
    return;
  }
  while (!asked_to_stop() && step(tile, core)) {
  }
}

bool Skeleton::asked_to_stop() {
  if (++steps_taken_ >= kStepsBetweenAsking) {
    steps_taken_ = 0;
    asked_ = asked_ || stop_();
  }
  return asked_;
}

}  // namespace weft::isa
