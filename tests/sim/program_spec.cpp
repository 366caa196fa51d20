// SPDX-License-Identifier: Apache-2.0
#include "program_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "graph_ops.h"
#include "isa/bundle.h"
#include "isa/layout.h"
#include "isa/role_builder.h"
#include "isa/text.h"

namespace weft::sim {
namespace {

using isa::Opcode;

/// Rules of one color by tile: rx and the mask of tx.
using Rules = std::map<int, std::pair<int, int>>;

constexpr int kProduct = 40;  ///< first of the three registers of a product

int direction(const ProgramSpec& spec, int from, int to) {
  if (from / spec.width == to / spec.width) {
    return to > from ? isa::EAST : isa::WEST;
  }
  return to > from ? isa::SOUTH : isa::NORTH;
}

void add_routes(const ProgramSpec& spec, const TreeSpec& tree, isa::Bundle& bundle) {
  Rules rules;
  for (const auto& [from, to] : tree.links) {
    rules[from].second |= 1 << direction(spec, from, to);
    rules[to].first = direction(spec, to, from);
  }
  rules[tree.source].first = isa::RAMP;
  for (const int sink : tree.sinks) {
    rules[sink].second |= 1 << isa::RAMP;
  }
  for (const auto& [tile, rule] : rules) {
    isa::Route& route = *bundle.add_routes();
    route.set_color(tree.color);
    *route.mutable_tiles() =
        isa::to_proto({{spec.x + tile % spec.width, 1, 1}, {spec.y + tile / spec.width, 1, 1}});
    route.set_rx(static_cast<isa::Direction>(rule.first));
    for (int d = isa::RAMP; d <= isa::NORTH; ++d) {
      if ((rule.second >> d & 1) != 0) {
        route.add_tx(static_cast<isa::Direction>(d));
      }
    }
  }
}

// Descriptors of a product: fp32 out of two fp16 operands.
void add_product(isa::RoleBuilder& role, const StepSpec& step) {
  const int m = step.amount;
  const int k = step.inner;
  const int n = step.columns;
  role.td(kProduct, role.buffer("c", m * n * 4), 0, DType::f32, {m, n});
  role.td(kProduct + 1, role.buffer("a", m * k * 2), 0, DType::f16, {m, k});
  role.td(kProduct + 2, role.buffer("b", k * n * 2), 0, DType::f16, {k, n});
}

// A step on the buffer of values, its descriptors right before it.
void add_data_step(isa::RoleBuilder& role, const ProgramSpec& spec, const StepSpec& step,
                   int index) {
  const int buffer = role.buffer("d", kDataBytes);
  const auto color = [&](int tree) { return spec.trees[static_cast<std::size_t>(tree)].color; };
  if (step.opcode == Opcode::probe) {
    role.td(0, buffer, step.at, step.type, {1, step.amount}, {0, step.stride});
    role.emit(Opcode::probe, {0, 0, 0, index});
    return;
  }
  role.td(0, buffer, step.at, step.type, {step.amount}, {step.stride});
  if (step.opcode == Opcode::send) {
    role.send(color(step.out), 0, step.engine, step.event);
  } else if (isa::is_forward(step.opcode)) {
    role.forward(step.opcode, color(step.out), color(step.in), 0, step.engine, step.event);
  } else if (isa::is_receive(step.opcode)) {
    role.receive(step.opcode, 0, color(step.in), step.engine, step.event);
  } else if (step.opcode == Opcode::vfill) {
    role.emit_numbers(Opcode::vfill, {0}, {static_cast<float>(step.inner)});
  } else {
    role.td(1, buffer, step.from, step.type, {step.amount}, {1});
    step.opcode == Opcode::v1_cpy ? role.emit(Opcode::v1_cpy, {0, 1})
                                  : role.emit(Opcode::v2_add, {0, 0, 1});
  }
}

// One descriptor for every size the program uses, then its instructions.
isa::Role build_role(const ProgramSpec& spec, int tile) {
  isa::RoleBuilder role(fmt::format("t{}", tile));
  const auto& program = spec.programs[static_cast<std::size_t>(tile)];
  std::map<int, int> tensors;
  for (const StepSpec& step : program) {
    const bool sized = step.is_transfer() || step.opcode == Opcode::vfill ||
                       step.opcode == Opcode::v2_add || isa::is_edge(step.opcode);
    if (step.at >= 0) {
      continue;
    }
    if (step.opcode == Opcode::mm) {
      add_product(role, step);
    } else if (sized && !tensors.contains(step.amount)) {
      const int t = static_cast<int>(tensors.size());
      tensors[step.amount] = t;
      role.td(t, role.buffer("x", step.amount * 4), 0, DType::f32, {step.amount});
    }
  }
  const auto color = [&](int tree) { return spec.trees[static_cast<std::size_t>(tree)].color; };
  int index = 0;
  for (const StepSpec& step : program) {
    if (step.at >= 0) {
      add_data_step(role, spec, step, index++);
    } else if (step.opcode == Opcode::mm) {
      role.emit_numbers(Opcode::mm, {kProduct, kProduct + 1, kProduct + 2}, {1.0F});
    } else if (isa::is_edge(step.opcode)) {
      role.edge(step.opcode, tensors[step.amount], step.address, step.engine, step.event);
    } else if (step.opcode == Opcode::send) {
      role.send(color(step.out), tensors[step.amount], step.engine, step.event);
    } else if (isa::is_forward(step.opcode)) {
      role.forward(step.opcode, color(step.out), color(step.in), tensors[step.amount], step.engine,
                   step.event);
    } else if (isa::is_receive(step.opcode)) {
      role.receive(step.opcode, tensors[step.amount], color(step.in), step.engine, step.event);
    } else if (step.opcode == Opcode::vfill) {
      role.emit_numbers(Opcode::vfill, {tensors[step.amount]}, {0.5F});
    } else if (step.opcode == Opcode::v2_add) {
      const int t = tensors[step.amount];
      role.emit(Opcode::v2_add, {t, t, t});
    } else if (step.opcode == Opcode::wait) {
      role.wait(step.event);
    } else if (step.opcode == Opcode::li) {
      role.emit(Opcode::li, {0, step.amount});
    } else if (step.opcode == Opcode::br_lt) {
      // Over one `busy`, or not.
      const std::size_t branch = role.branch(Opcode::br_lt, 0, step.amount);
      role.emit(Opcode::busy, {2});
      role.land(branch);
    } else if (step.opcode == Opcode::end) {
      role.end();
    } else {
      role.emit(step.opcode, {step.amount});
    }
  }
  isa::Role result = role.finish(0);
  *result.add_tiles() =
      isa::to_proto({{spec.x + tile % spec.width, 1, 1}, {spec.y + tile / spec.width, 1, 1}});
  return result;
}

}  // namespace

ContractCase ProgramSpec::build() const {
  ContractCase result;
  result.machine = machine;
  result.machine.mutable_grid()->set_width(x + width);
  result.machine.mutable_grid()->set_height(y + height);
  result.bundle.set_version(isa::kBundleVersion);
  auto& region = *result.bundle.mutable_region();
  region.set_x(x);
  region.set_y(y);
  region.set_width(width);
  region.set_height(height);
  isa::Probe& probe = *result.bundle.add_probes();
  probe.set_name("shown.{}");
  *probe.mutable_columns() = isa::block_axis(isa::Axis::X, width * kShown, width);
  int colors = 1;
  for (const TreeSpec& tree : trees) {
    colors = std::max(colors, tree.color + 1);
    add_routes(*this, tree, result.bundle);
  }
  result.machine.mutable_fabric()->set_colors(colors);
  for (int tile = 0; tile < width * height; ++tile) {
    *result.bundle.add_roles() = build_role(*this, tile);
  }
  spread_graph_ops(result.bundle);
  return result;
}

std::string ProgramSpec::text() const {
  const arch::Fabric& f = machine.fabric();
  const arch::Setup& s = machine.tile().setup();
  return fmt::format(
             "; ramp {} hop {} places {} turn {} queue {} pace {}/{} engines {}\n"
             "; setup: compute {} transfer {} scalar {} descriptor {} branch {} loop {} + {}\n",
             f.ramp_latency(), f.hop_latency(), f.places_per_hop(), f.turn_latency(),
             machine.tile().input_queue_words(), f.words_per_cycle().num(),
             f.words_per_cycle().den(), machine.tile().queue_engines(), s.compute(), s.transfer(),
             s.scalar(), s.tensor_descriptor(), s.branch(), s.loop_entry(), s.loop_iteration()) +
         isa::print_bundle(build().bundle);
}

std::size_t end_of_loop(const std::vector<StepSpec>& program, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < program.size(); ++i) {
    depth += program[i].opcode == Opcode::loop ? 1 : 0;
    depth -= program[i].opcode == Opcode::end ? 1 : 0;
    if (depth == 0) {
      return i;
    }
  }
  return program.size();
}

}  // namespace weft::sim
