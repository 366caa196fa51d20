// SPDX-License-Identifier: Apache-2.0
#include "word_oracle.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "isa/bundle.h"
#include "word_oracle_core.h"

namespace weft::sim {
namespace {

using oracle::Core;
using oracle::Fabric;
using oracle::kNone;

/// A whole machine. A cycle: cores execute, then words move until no more can, a place freed being
/// offered upstream at once; what cannot move then cannot move in this cycle in any order.
class Wafer {
 public:
  Wafer(const isa::Bundle& bundle, const arch::Machine& machine)
      : fabric_(bundle, machine),
        region_(isa::rect_of(bundle.region())),
        grid_width_(machine.grid().width()),
        // Nothing takes longer than a set-up or a pace, and those are watched.
        patience_(16 + machine.fabric().words_per_cycle().den()) {
    std::vector<const isa::Program*> program_of(static_cast<std::size_t>(region_.area()));
    programs_.reserve(static_cast<std::size_t>(bundle.roles_size()));
    for (const isa::Role& role : bundle.roles()) {
      auto program = isa::resolve_program(role);
      if (!program.ok()) {
        throw std::invalid_argument(program.error().message);
      }
      programs_.push_back(std::move(*program));
      for (const isa::TileSet& tiles : role.tiles()) {
        const weft::TileSet set = isa::tile_set_of(tiles);
        for (int j = 0; j < set.y.count; ++j) {
          for (int i = 0; i < set.x.count; ++i) {
            const int x = set.x.first + i * set.x.step - region_.x;
            const int y = set.y.first + j * set.y.step - region_.y;
            program_of[static_cast<std::size_t>(y * region_.width + x)] = &programs_.back();
          }
        }
      }
    }
    core_at_.assign(static_cast<std::size_t>(grid_width_ * machine.grid().height()), kNone);
    cores_.reserve(program_of.size());
    for (int i = 0; i < region_.area(); ++i) {
      const isa::Coordinates at{i % region_.width, i / region_.width, region_.width,
                                region_.height};
      const int tile = (at.ty + region_.y) * grid_width_ + at.tx + region_.x;
      core_at_[static_cast<std::size_t>(tile)] = i;
      cores_.emplace_back(program_of[static_cast<std::size_t>(i)], at, tile, machine, fabric_);
    }
  }

  OracleResult run() {
    OracleResult result;
    int still = 0;
    for (std::int64_t t = 0; !is_over(t); ++t) {
      still = step(t) ? 0 : still + 1;
      if (still > patience_) {
        result.deadlock = true;
        break;
      }
    }
    for (const Core& core : cores_) {
      const std::int64_t end = core.program_end();
      result.program_ends.push_back(end);
      result.cycles = std::max({result.cycles, end, core.last_done()});
    }
    return result;
  }

 private:
  bool is_over(std::int64_t t) const {
    return std::all_of(cores_.begin(), cores_.end(), [t](const Core& c) { return c.is_over(t); });
  }

  // False: nothing happened, and nothing is known to happen later.
  bool step(std::int64_t t) {
    bool alive = false;
    for (Core& core : cores_) {
      alive = core.run(t) || alive;
      core.release(t);
    }
    for (int tree = 0; tree < fabric_.trees(); ++tree) {
      alive = settle(tree, t) || alive;
    }
    for (Core& core : cores_) {
      alive = step_operations(core, t) || alive;
    }
    return alive || std::any_of(cores_.begin(), cores_.end(),
                                [t](const Core& core) { return core.is_timed(t); });
  }

  // Operations of a core, then whatever a place they freed lets move upstream.
  bool step_operations(Core& core, std::int64_t t) {
    std::vector<int> freed;
    if (!core.step_operations(t, freed)) {
      return false;
    }
    while (!freed.empty()) {
      const int tree = fabric_.tree_of_cell(freed.back());
      freed.pop_back();
      settle(tree, t);
      const int source = core_at_[static_cast<std::size_t>(fabric_.tree(tree).source)];
      if (source != kNone) {
        cores_[static_cast<std::size_t>(source)].step_operations(t, freed);
      }
    }
    return true;
  }

  bool settle(int tree, std::int64_t t) {
    return fabric_.tree(tree).words > 0 && fabric_.settle(tree, t);
  }

  Fabric fabric_;
  weft::Rect region_;
  int grid_width_;
  int patience_;
  std::vector<isa::Program> programs_;
  std::vector<Core> cores_;
  std::vector<int> core_at_;  // by tile of the machine
};

}  // namespace

OracleResult run_word_oracle(const isa::Bundle& bundle, const arch::Machine& machine) {
  return Wafer(bundle, machine).run();
}

}  // namespace weft::sim
