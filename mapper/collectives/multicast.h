// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "isa/role_builder.h"
#include "mapper/collectives/line.h"
#include "mapper/collectives/timing.h"

namespace weft::mapper::collectives {

/// From one tile of every line to all others of it: one flow.
struct LineBroadcast {
  Line line;
  int source = 0;  ///< position

  bool sends(int index) const { return line.contains(index) && line.position(index) == source; }
  bool works(int index) const { return line.length > 1 && line.contains(index); }
  std::int64_t cost(std::int64_t words, const Timing& timing) const;
  std::vector<Flow> flows() const;
  std::vector<isa::Route> routes(const Colors& colors, const weft::Rect& region) const;
};

/// From one tile of a region to all others, along its row, then along every column: one flow, the
/// color of no other anywhere in the region.
struct MeshBroadcast {
  int width = 1, height = 1;
  int x = 0, y = 0;  ///< the source, in the region

  bool sends(int tile_x, int tile_y) const { return tile_x == x && tile_y == y; }
  bool works() const { return width * height > 1; }
  std::int64_t cost(std::int64_t words, const Timing& timing) const;
  std::vector<Flow> flows() const;
  std::vector<isa::Route> routes(const Colors& colors, const weft::Rect& region) const;
};

/// A square region turns a vector in blocks along x into one in blocks along y, or back: tile (i,
/// i) holds block i either way and sends it along its row (or its column). One flow everywhere.
struct Transpose {
  int side = 1;
  bool to_rows = true;  ///< every tile of row i gets block i; false: every tile of column i

  static bool sends(int x, int y) { return x == y; }
  bool works() const { return side > 1; }
  std::int64_t cost(std::int64_t words, const Timing& timing) const;
  std::vector<Flow> flows() const;
  std::vector<isa::Route> routes(const Colors& colors, const weft::Rect& region) const;
};

/// One end of any of them: sends t or gets it.
void emit_multicast(isa::RoleBuilder& role, bool sends, int color, int t);

}  // namespace weft::mapper::collectives
