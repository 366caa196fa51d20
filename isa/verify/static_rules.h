// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/arch.pb.h"
#include "base/rect.h"
#include "isa/bundle.pb.h"
#include "isa/program_state.h"
#include "isa/route_tree.h"
#include "isa/verify/findings.h"

namespace weft::isa {

/// A bundle as the skeleton runs it; whole once no static rule has found anything.
struct ResolvedBundle {
  weft::Rect region;
  std::vector<Program> programs;             ///< by role
  std::vector<std::int32_t> role_of;         ///< by tile, row-major over the region; -1: no role
  std::vector<std::vector<int>> regions_of;  ///< by role: regions its tiles lie in, -1: none
  RouteTrees routes;                         ///< once they are followed
  std::int64_t edge_memory = 0;              ///< bytes; 0: no edge
};

/// Region, tile sets, encoding, static operands.
void check_structure(const Bundle& bundle, const arch::Machine& machine, ResolvedBundle& resolved,
                     Findings& findings);
/// Program and buffers in SRAM.
void check_memory_map(const Bundle& bundle, const arch::Machine& machine, Findings& findings);
/// Regions inside the extent, apart from each other.
bool check_regions(const Bundle& bundle, Findings& findings);
void find_regions_of_roles(const Bundle& bundle, ResolvedBundle& resolved);
/// A role finds the same bytes loaded in every region it stands in.
void check_loads_of_regions(const Bundle& bundle, const ResolvedBundle& resolved,
                            Findings& findings);
/// Axes of probes and loads; loads inside their buffers.
void check_tensors(const Bundle& bundle, const ResolvedBundle& resolved, Findings& findings);
/// Tensors in edge memory.
void check_edge_tensors(const Bundle& bundle, const arch::Machine& machine, Findings& findings);
/// Tile sets and directions of routes; false when they cannot be followed.
bool check_routes(const Bundle& bundle, const arch::Machine& machine,
                  const ResolvedBundle& resolved, Findings& findings);
/// The trees routes make, and what is wrong with them.
void follow_routes(const Bundle& bundle, const arch::Machine& machine, ResolvedBundle& resolved,
                   Findings& findings);

/// A set of at least one tile, with steps of at least 1, all inside `within`.
bool lies_inside(const TileSet& set, const weft::Rect& within);

}  // namespace weft::isa
