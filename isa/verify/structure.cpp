// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "arch/edge.h"
#include "isa/bundle.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {
namespace {

bool stride_inside(const Stride& stride, int first, int extent) {
  if (stride.count() < 1 || stride.step() < 1 || stride.first() < first) {
    return false;
  }
  const std::int64_t last =
      stride.first() + static_cast<std::int64_t>(stride.count() - 1) * stride.step();
  return last < static_cast<std::int64_t>(first) + extent;
}

bool check_region(const Region& region, const arch::Grid& grid, Findings& findings) {
  const bool inside =
      region.x() >= 0 && region.y() >= 0 && region.width() >= 1 && region.height() >= 1 &&
      region.width() <= grid.width() && region.height() <= grid.height() &&
      region.x() <= grid.width() - region.width() && region.y() <= grid.height() - region.height();
  if (!inside) {
    findings.add(fmt::format(
        "region {}x{} at ({},{}) does not lie inside the {}x{} machine; map for a smaller region",
        region.width(), region.height(), region.x(), region.y(), grid.width(), grid.height()));
  }
  return inside;
}

void place_role(const Bundle& bundle, int index, ResolvedBundle& resolved, Findings& findings) {
  const Role& role = bundle.roles(index);
  const weft::Rect& region = resolved.region;
  for (const TileSet& proto : role.tiles()) {
    if (!lies_inside(proto, region)) {
      findings.add(fmt::format(
          "role {}: tiles x={}:{}:{} y={}:{}:{} (first:count:step) do not lie inside the region "
          "{}x{} at ({},{}); mend the tile set",
          role.name(), proto.x().first(), proto.x().count(), proto.x().step(), proto.y().first(),
          proto.y().count(), proto.y().step(), region.width, region.height, region.x, region.y));
      continue;
    }
    const weft::TileSet set = tile_set_of(proto);
    for (int j = 0; j < set.y.count; ++j) {
      for (int i = 0; i < set.x.count; ++i) {
        const int x = set.x.first + i * set.x.step;
        const int y = set.y.first + j * set.y.step;
        auto& taken =
            resolved
                .role_of[static_cast<std::size_t>((y - region.y) * region.width + x - region.x)];
        if (taken >= 0) {
          findings.add(fmt::format("{} has two roles, {} and {}; take it out of one tile set",
                                   tile_name(x, y), bundle.roles(taken).name(), role.name()));
          return;
        }
        taken = index;
      }
    }
  }
}

// What one instruction names that only bundle and machine can say exists.
std::string operand_fault(const Instr& instr, const Bundle& bundle, const arch::Machine& machine) {
  if (instr.opcode == Opcode::probe && instr.arg[0] >= bundle.probes_size()) {
    return fmt::format("shows probe {} and the bundle has {}; declare it", instr.arg[0],
                       bundle.probes_size());
  }
  if (instr.opcode == Opcode::norm_rms && !(instr.number(4) > 0)) {
    return fmt::format("divides by n = {}; n is the length of the norm, above 0", instr.number(4));
  }
  if (info_of(instr.opcode).op_class != OpClass::transfer) {
    return {};
  }
  if (is_edge(instr.opcode) && !machine.has_edge()) {
    return "the machine has no edge; take one that has, or drop the instruction";
  }
  const TransferOperands operands = transfer_operands(instr);
  const int colors = machine.fabric().colors();
  for (const int color : {operands.out_color, operands.in_color}) {
    if (color >= colors) {
      return fmt::format("uses color c{} and the machine has c0 to c{}; take one of those", color,
                         colors - 1);
    }
  }
  const int engines = machine.tile().queue_engines();
  if (operands.engine >= engines) {
    return fmt::format("uses queue engine q{} and the machine has q0 to q{}; take one of those",
                       operands.engine, engines - 1);
  }
  return {};
}

void check_code(const Bundle& bundle, const Role& role, const Program& program,
                const arch::Machine& machine, Findings& findings) {
  for (std::size_t pc = 0; pc < program.code.size(); ++pc) {
    const Instr& instr = program.code[pc];
    std::string fault = operand_fault(instr, bundle, machine);
    const int graph_op = role.code(static_cast<int>(pc)).graph_op();
    if (fault.empty() && (graph_op < 0 || graph_op > bundle.graph_ops_size())) {
      fault = fmt::format("belongs to graph op {} and the bundle has {}; declare it", graph_op - 1,
                          bundle.graph_ops_size());
    }
    if (!fault.empty()) {
      findings.add(fmt::format("{}: {}", place_of(role.name(), pc, instr.opcode), fault));
    }
  }
}

// A role that goes to the edge stands on tiles with a channel.
void check_channels(const Bundle& bundle, int index, const ResolvedBundle& resolved,
                    const std::vector<arch::EdgeTile>& channels, Findings& findings) {
  const Program& program = resolved.programs[static_cast<std::size_t>(index)];
  const auto first = std::find_if(program.code.begin(), program.code.end(),
                                  [](const Instr& instr) { return is_edge(instr.opcode); });
  if (first == program.code.end() || channels.empty()) {
    return;
  }
  const weft::Rect& region = resolved.region;
  for (std::size_t tile = 0; tile < resolved.role_of.size(); ++tile) {
    const arch::EdgeTile at{static_cast<int>(tile) % region.width + region.x,
                            static_cast<int>(tile) / region.width + region.y};
    if (resolved.role_of[tile] == index && arch::edge_channel(channels, at) < 0) {
      findings.add(fmt::format(
          "{}: {} has no edge channel; channel 0 is at {}, weft arch show tells edge.channels",
          place_of(bundle.roles(index).name(),
                   static_cast<std::size_t>(first - program.code.begin()), first->opcode),
          tile_name(at.x, at.y), tile_name(channels.front().x, channels.front().y)));
      return;
    }
  }
}

}  // namespace

bool lies_inside(const TileSet& set, const weft::Rect& within) {
  return stride_inside(set.x(), within.x, within.width) &&
         stride_inside(set.y(), within.y, within.height);
}

void check_structure(const Bundle& bundle, const arch::Machine& machine, ResolvedBundle& resolved,
                     Findings& findings) {
  if (!check_region(bundle.region(), machine.grid(), findings) ||
      !check_regions(bundle, findings)) {
    return;
  }
  resolved.region = rect_of(bundle.region());
  resolved.role_of.assign(static_cast<std::size_t>(resolved.region.area()), -1);
  for (int r = 0; r < bundle.roles_size(); ++r) {
    place_role(bundle, r, resolved, findings);
    auto program = resolve_program(bundle.roles(r));
    if (!program) {
      findings.add(program.error().message);
      resolved.programs.emplace_back();
      continue;
    }
    check_code(bundle, bundle.roles(r), *program, machine, findings);
    resolved.programs.push_back(std::move(*program));
  }
  find_regions_of_roles(bundle, resolved);
  resolved.edge_memory = machine.has_edge() ? machine.edge().memory() : 0;
  const std::vector<arch::EdgeTile> channels = arch::edge_tiles(machine);
  for (int r = 0; r < bundle.roles_size(); ++r) {
    check_channels(bundle, r, resolved, channels, findings);
  }
}

}  // namespace weft::isa
