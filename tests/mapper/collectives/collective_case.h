// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "isa/role_builder.h"
#include "mapper/collectives/line_plan.h"
#include "sim/simulate.h"

namespace weft::mapper::collectives {

/// A region whose tiles do one collective on a buffer of fp32 values: tile (x, y) starts from
/// `value(x, y, i)` in element i, holds descriptor 0 over the whole buffer, and shows it at the
/// end.
struct CollectiveCase {
  arch::Machine machine;
  weft::Rect region;
  int elements = 1;
  std::vector<isa::Route> routes;
  /// Writes the program of the tile at (x, y) of the region.
  std::function<void(isa::RoleBuilder&, int x, int y)> emit;
  /// Tiles of the same text have the same program.
  std::function<std::string(int x, int y)> role;
  std::function<int(int x, int y)> start;  ///< cycles a tile computes before; none: 0
  bool values = true;

  static int value(int x, int y, int i) { return (x * 7 + y * 5 + i * 3) % 11 + x; }

  isa::Bundle bundle() const;
  /// Verified, then run. A fault fails the test.
  sim::RunResult run(sim::EngineKind engine) const;
  /// Element i that the tile (x, y) showed.
  static float shown(const sim::RunResult& result, const CollectiveCase& of, int x, int y, int i);
};

/// WSE-2 with a set-up of transfers; no other instruction costs anything.
arch::Machine machine_with(int transfer, int width, int height,
                           const std::vector<std::string>& overrides = {});

/// Every line of the region does the plan's all-reduce, sums in descriptor 0.
CollectiveCase line_case(const LinePlan& plan, const arch::Machine& machine, int across, int words);

std::string key_of(const Place& place);

}  // namespace weft::mapper::collectives
