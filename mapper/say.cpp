// SPDX-License-Identifier: Apache-2.0
#include "mapper/say.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text.h"
#include "isa/bundle.h"
#include "mapper/flow_colors.h"
#include "mapper/program.h"
#include "mapper/sram_plan.h"

namespace weft::mapper {
namespace {

using Lines = std::vector<std::string>;

bool holds_weights(std::string_view buffer) {
  return buffer.ends_with(".weight") || buffer.ends_with(".gain") || buffer == "embed.table";
}

void say_placement(const Placement& placement, const arch::Machine& machine, Lines& lines) {
  for (const RegionPlan& region : placement.regions) {
    const weft::Rect& r = region.rect;
    if (placement.single()) {
      lines.push_back(fmt::format("region: {}x{} at ({},{}) of {}", r.width, r.height, r.x, r.y,
                                  machine.name()));
      continue;
    }
    lines.push_back(
        fmt::format("region {}: {}x{} at ({},{}), {}", region.name, r.width, r.height, r.x, r.y,
                    region.vocabulary ? "embedding and head"
                                      : fmt::format("layers {} to {}", region.first_layer,
                                                    region.first_layer + region.layers - 1)));
  }
}

void say_shape(const Decoder& decoder, const Shape& shape, Lines& lines) {
  const auto& h = shape.heads;
  lines.push_back(
      fmt::format("layout: model dimension {} over rows ({} a tile), hidden {} over "
                  "columns ({}), vocabulary {} over columns ({})",
                  decoder.width, shape.width_y, decoder.hidden, shape.hidden_x, decoder.vocabulary,
                  shape.vocabulary_x));
  lines.push_back(fmt::format(
      "heads: {} kv groups, {} columns a group, {} groups a column, {} of "
      "{} dimensions a tile",
      h.groups, h.columns_per_group, h.groups_per_column, h.local_head_dim(), h.head_dim));
  lines.push_back(fmt::format("cache: {} positions dealt over rows, {} a tile{}", shape.positions,
                              shape.cache_rows,
                              shape.batched() ? fmt::format(", {} sequences", shape.batch) : ""));
}

void say_colors(const Plan& plan, const arch::Machine& machine, Lines& lines) {
  std::set<int> used;
  for (const NamedFlow& flow : named_flows(plan.placement, plan.reductions, plan.handoffs)) {
    used.insert(flow.color);
  }
  if (plan.reductions.logit_pieces > 1) {
    lines.push_back(
        fmt::format("logits in {} trains, so that the sums of layers may be planned for "
                    "shorter ones",
                    plan.reductions.logit_pieces));
  }
  lines.push_back(fmt::format("colors: {} of {}", used.size(), machine.fabric().colors()));
}

bool in_several_columns(const Placement& placement) {
  const int x = placement.regions.front().rect.x;
  return std::any_of(placement.regions.begin(), placement.regions.end(),
                     [&](const RegionPlan& region) { return region.rect.x != x; });
}

/// One line for regions that take the same.
void say_tiles(const Plan& plan, const arch::Machine& machine, const isa::Bundle& bundle,
               Lines& lines) {
  const std::int64_t capacity = machine.tile().sram();
  std::set<std::string> said;
  std::int64_t copies = INT64_MIN;
  for (const RegionPlan& region : plan.placement.regions) {
    const TileBytes bytes = tile_bytes(fullest_role(bundle, region.rect));
    copies = std::max(copies, bytes.total() + bytes.weights - capacity);
    std::string line = fmt::format(
        "tile{}: weights {} B, cache {} B, program {} B, scratch {} B: {} of {} B",
        plan.placement.single() ? ""
        : region.vocabulary     ? " with embedding and head"
                                : fmt::format(" with {} layers", region.layers),
        with_commas(bytes.weights), with_commas(bytes.cache), with_commas(bytes.program),
        with_commas(bytes.scratch), with_commas(bytes.total()), with_commas(capacity));
    if (said.insert(line).second) {
      lines.push_back(std::move(line));
    }
  }
  lines.push_back(copies > 0 ? fmt::format("two copies of the weights: {} B a tile too many",
                                           with_commas(copies))
                             : fmt::format("two copies of the weights: would fit, {} B a tile left",
                                           with_commas(-copies)));
}

}  // namespace

TileBytes tile_bytes(const isa::Role& role) {
  TileBytes bytes;
  std::int64_t end = 0;
  std::int64_t first = INT64_MAX;
  for (const isa::Buffer& buffer : role.buffers()) {
    first = std::min(first, buffer.offset());
    end = std::max(end, buffer.offset() + buffer.bytes());
    if (holds_weights(buffer.name())) {
      bytes.weights += buffer.bytes();
    } else if (buffer.name() == "cache.k" || buffer.name() == "cache.v") {
      bytes.cache += buffer.bytes();
    }
  }
  bytes.program = role.buffers().empty() ? 0 : first;
  bytes.scratch = end - bytes.program - bytes.weights - bytes.cache;
  return bytes;
}

const isa::Role& fullest_role(const isa::Bundle& bundle, const weft::Rect& region) {
  const isa::Role* fullest = &bundle.roles(0);
  std::int64_t most = -1;
  for (const isa::Role& role : bundle.roles()) {
    const bool here = std::any_of(
        role.tiles().begin(), role.tiles().end(),
        [&](const isa::TileSet& set) { return region.contains(set.x().first(), set.y().first()); });
    if (const std::int64_t total = here ? tile_bytes(role).total() : -1; total > most) {
      most = total;
      fullest = &role;
    }
  }
  return *fullest;
}

std::vector<std::string> say_decisions(const Decoder& decoder, const Plan& plan,
                                       const Request& request, const arch::Machine& machine,
                                       const isa::Bundle& bundle) {
  const Shape& shape = plan.shape;
  Lines lines;
  lines.push_back(fmt::format("strategy: tensor, {} layers resident", decoder.layers.size()));
  say_placement(plan.placement, machine, lines);
  for (const RefusedPlacement& refused : plan.refused) {
    lines.push_back(fmt::format("does not fit: {} regions of {}x{}, {}{} B a tile too many",
                                refused.regions, refused.width, refused.height,
                                !refused.held_alone ? ""
                                : request.batch > 1 ? "weights and caches alone are "
                                                    : "weights alone are ",
                                with_commas(refused.bytes_over)));
  }
  if (plan.unused_columns > 0) {
    lines.push_back(
        fmt::format("{} columns unused: they would hold no part of a head, run ahead, and their "
                    "trains would meet those of the others",
                    plan.unused_columns));
  }
  if (shape.in_chains) {
    lines.push_back(
        "sums along rows in chains: some columns hold no part of a head, and with trees their "
        "trains would meet those of the others");
  }
  if (in_several_columns(plan.placement)) {
    lines.push_back(
        "regions in several columns: less does not fit; such runs may take long to simulate");
  }
  lines.push_back(shape.batched() ? fmt::format("steps: {}, a token of each of {} sequences",
                                                step_count(request, shape), shape.batch)
                                  : fmt::format("steps: {}, at most {} tokens each",
                                                step_count(request, shape), shape.chunk));
  if (shape.logit_groups() > 1) {
    lines.push_back(fmt::format("logits of {} of {} sequences at a time, for want of room",
                                shape.logit_rows, shape.batch));
  }
  if (plan.together) {
    lines.push_back(
        "prefill: one region and short steps, as steps that follow each other through several "
        "regions meet on links");
  }
  say_shape(decoder, shape, lines);
  for (std::size_t i = 0; i < plan.reductions.plans.size(); ++i) {
    lines.push_back(
        fmt::format("collective {}: {}", plan.reductions.uses[i], plan.reductions.plans[i].text()));
  }
  say_colors(plan, machine, lines);
  say_tiles(plan, machine, bundle, lines);
  const SramUse use = largest_use(bundle);
  lines.push_back(fmt::format("SRAM: {} of {} a tile at most ({} roles, {} instructions)",
                              human_bytes(use.bytes), human_bytes(machine.tile().sram()),
                              bundle.roles_size(), bundle.roles(use.role).code_size()));
  return lines;
}

}  // namespace weft::mapper
