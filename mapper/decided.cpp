// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "arch/machine.h"
#include "base/schema.h"
#include "mapper/decisions.h"
#include "mapper/say.h"
#include "models/graph.h"

namespace weft::mapper {
namespace {

using Collective = Mapping::Collective;
using collectives::Algorithm;

Collective::Algorithm word_for(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::star:
      return Collective::ALGORITHM_STAR;
    case Algorithm::tree:
      return Collective::ALGORITHM_TREE;
    case Algorithm::two_phase:
      return Collective::ALGORITHM_TWO_PHASE;
    case Algorithm::ktree:
      return Collective::ALGORITHM_KTREE;
    case Algorithm::automatic:
      return Collective::ALGORITHM_AUTO_GEN;
    case Algorithm::ring:
      return Collective::ALGORITHM_RING;
    default:
      return Collective::ALGORITHM_CHAIN;
  }
}

Mapping::Op op_named(std::string_view name) {
  const auto names = enum_names(*Mapping::Op_descriptor());
  return static_cast<Mapping::Op>(std::find(names.begin(), names.end(), name) - names.begin());
}

void add_regions(const Placement& placement, Mapping& mapping) {
  for (const RegionPlan& plan : placement.regions) {
    Mapping::Region& region = *mapping.add_regions();
    region.set_name(plan.name);
    region.set_x(plan.rect.x);
    region.set_y(plan.rect.y);
    region.set_width(plan.rect.width);
    region.set_height(plan.rect.height);
    region.set_first_layer(plan.first_layer);
    region.set_layers(plan.layers);
    region.set_embedding(plan.vocabulary);
    region.set_head(plan.vocabulary);
  }
}

void add_layouts(const Shape& shape, Mapping::Layouts& layouts) {
  layouts.set_head_columns(shape.heads.columns_per_group);
  layouts.set_cache(Mapping::Layouts::CACHE_CYCLIC);
  layouts.set_rope(Mapping::Layouts::ROPE_DEALT);
  layouts.set_norms(shape.norms_ride ? Mapping::Layouts::NORMS_RIDING
                                     : Mapping::Layouts::NORMS_APART);
  layouts.set_attention(shape.layouts.attention_merged ? Mapping::Layouts::ATTENTION_MERGED
                                                       : Mapping::Layouts::ATTENTION_SEPARATE);
}

void add_collectives(const Reductions& reductions, Mapping& mapping) {
  for (const ReductionInfo& info : all_reductions()) {
    const auto choice = decided_choice(reductions, info.reduction);
    if (!choice) {
      continue;
    }
    Collective& entry = *mapping.add_collectives();
    entry.set_op(op_named(info.name));
    entry.set_axis(info.axis == Axis::x   ? Collective::AXIS_X
                   : info.axis == Axis::y ? Collective::AXIS_Y
                                          : Collective::AXIS_GROUP);
    entry.set_algorithm(word_for(*choice->algorithm));
    if (choice->edge) {
      entry.set_root(*choice->edge ? Collective::ROOT_EDGE : Collective::ROOT_CENTER);
    }
    if (choice->root) {
      entry.set_root_at(*choice->root);
    }
    if (choice->groups > 0) {
      entry.set_groups(choice->groups);
    }
  }
}

void add_kernels(Mapping& mapping) {
  for (const Mapping::Op op :
       {Mapping::OP_QKV, Mapping::OP_ATTENTION_SCORES, Mapping::OP_ATTENTION_MERGE, Mapping::OP_O,
        Mapping::OP_GATE_UP, Mapping::OP_DOWN, Mapping::OP_LOGITS}) {
    Mapping::Kernel& kernel = *mapping.add_kernels();
    kernel.set_op(op);
    kernel.set_kernel(Mapping::Kernel::NAME_GEMV);
  }
}

}  // namespace

Mapping mapping_of(const models::Graph& graph, const arch::Machine& machine, const Request& request,
                   const Mapped& mapped, const Mapping& said) {
  const Plan& plan = mapped.plan;
  Mapping mapping;
  mapping.set_version(kMappingVersion);
  mapping.set_machine(machine.name());
  mapping.set_machine_hash(arch::machine_hash(machine));
  mapping.set_model(graph.name());
  mapping.set_model_hash(models::graph_hash(graph));
  mapping.set_phase(request.phase == Phase::generate  ? Mapping::PHASE_GENERATE
                    : request.phase == Phase::prefill ? Mapping::PHASE_PREFILL
                                                      : Mapping::PHASE_DECODE);
  mapping.set_strategy(Mapping::STRATEGY_TENSOR);
  mapping.set_context(plan.shape.positions);
  mapping.set_batch(plan.shape.batch);
  mapping.set_chunk(plan.shape.chunk);
  add_regions(plan.placement, mapping);
  add_layouts(plan.shape, *mapping.mutable_layouts());
  add_collectives(plan.reductions, mapping);
  add_kernels(mapping);
  for (const NamedFlow& flow : named_flows(plan.placement, plan.reductions, plan.handoffs)) {
    Mapping::Color& color = *mapping.add_colors();
    color.set_flow(flow.name);
    color.set_color(flow.color);
  }
  *mapping.mutable_blocked() = said.blocked();
  return mapping;
}

PictureInput picture_of(const arch::Machine& machine, const Decision& decision) {
  const Plan& plan = decision.mapped.plan;
  PictureInput input;
  input.title = decision.mapping.model() + " on " + machine.name();
  input.width = machine.grid().width();
  input.height = machine.grid().height();
  input.sram = machine.tile().sram();
  for (const RegionPlan& region : plan.placement.regions) {
    input.regions.push_back(
        {region.name, region.rect, region.first_layer, region.layers, region.vocabulary,
         region.vocabulary, tile_bytes(fullest_role(decision.mapped.bundle, region.rect)).total()});
  }
  for (const Handoff& way : plan.handoffs.ways) {
    input.hand_offs.push_back(
        {way.from, way.to, "handoff " + input.regions[static_cast<std::size_t>(way.from)].name});
  }
  for (const Mapping::Area& area : decision.mapping.blocked()) {
    input.blocked.push_back({area.x(), area.y(), area.width(), area.height()});
  }
  for (const Mapping::Color& color : decision.mapping.colors()) {
    input.flows.push_back({color.flow(), color.color()});
  }
  input.bundle = decision.mapped.bundle;
  return input;
}

}  // namespace weft::mapper
