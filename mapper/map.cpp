// SPDX-License-Identifier: Apache-2.0
#include "mapper/map.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/machine.h"
#include "base/text.h"
#include "isa/bundle.h"
#include "mapper/loads.h"
#include "mapper/program.h"
#include "mapper/sram_plan.h"

namespace weft::mapper {
namespace {

std::string phase_name(Phase phase) {
  return phase == Phase::generate ? "generate" : phase == Phase::prefill ? "prefill" : "decode";
}

Result<weft::Rect> pick_region(const arch::Machine& machine, const Request& request) {
  const int width = machine.grid().width();
  const int height = machine.grid().height();
  const weft::Rect region = request.region.value_or(weft::Rect{0, 0, width, height});
  if (region.width < 1 || region.height < 1) {
    return input_error(
        fmt::format("--region {}x{}: a region has at least one tile", region.width, region.height));
  }
  if (region.x < 0 || region.y < 0 || region.width > width - region.x ||
      region.height > height - region.y) {
    return input_error(fmt::format(
        "--region {}x{} at ({},{}) does not fit machine {}, which has "
        "{}x{} tiles; make it smaller or move it",
        region.width, region.height, region.x, region.y, machine.name(), width, height));
  }
  return region;
}

// Positions the run reaches; checks prompt and context.
Result<int> pick_positions(const Decoder& decoder, const Request& request) {
  const int prompt = static_cast<int>(request.prompt.size());
  if (request.phase != Phase::decode && prompt == 0) {
    return input_error("the prompt is empty: give --prompt or --prompt-tokens");
  }
  if (request.new_tokens < 1 && request.phase != Phase::prefill) {
    return input_error(fmt::format("--new-tokens {}: at least 1", request.new_tokens));
  }
  for (const int id : request.prompt) {
    if (id < 0 || id >= decoder.vocabulary) {
      return input_error(
          fmt::format("prompt token {} is outside the vocabulary of {}", id, decoder.vocabulary));
    }
  }
  int positions = prompt;
  if (request.phase == Phase::generate) {
    positions += request.new_tokens - 1;
  } else if (request.phase == Phase::decode) {
    positions = request.first_position + request.new_tokens;
  }
  if (positions > decoder.context) {
    const int over = positions - decoder.context;
    const std::string mend =
        over < request.new_tokens ? fmt::format("lower --new-tokens by {}", over)
        : request.phase == Phase::decode
            ? fmt::format("lower --seq to {} at most", decoder.context - request.new_tokens)
            : fmt::format("shorten the prompt by {} tokens", over);
    return input_error(fmt::format(
        "the run needs {} positions ({} given, the rest generated) and the model has a context "
        "of {}; {}",
        positions, prompt + request.first_position, decoder.context, mend));
  }
  return positions;
}

ChainAxes chain_axes(const Shape& shape) {
  const int w = shape.region.width;
  const int h = shape.region.height;
  ChainAxes axes;
  axes[static_cast<std::size_t>(Axis::x)] = {w, 1, w, true};
  axes[static_cast<std::size_t>(Axis::y)] = {h, 1, h, false};
  axes[static_cast<std::size_t>(Axis::group)] = {
      shape.heads.columns_per_group, shape.heads.columns_per_group > 1 ? shape.heads.groups : w, w,
      true};
  return axes;
}

/// Tiles that do the same thing: equal places in all three chains.
struct RoleKey {
  ChainPlace x, group, y;
  auto operator<=>(const RoleKey&) const = default;
};

std::string place_name(const ChainPlace& place) {
  using Kind = ChainPlace::Kind;
  if (place.kind == Kind::alone) {
    return "alone";
  }
  if (place.kind == Kind::outside) {
    return "outside";
  }
  if (place.kind == Kind::root) {
    return "root";
  }
  return fmt::format("{}{}{}", place.right ? "right" : "left", place.parity,
                     place.kind == Kind::first ? "first" : "");
}

Status write_roles(const Decoder& decoder, const Shape& shape, const Request& request,
                   const ChainAxes& axes, const ColorPlan& colors, int instruction_bytes,
                   isa::Bundle& bundle) {
  NameTable names;
  std::map<std::pair<ChainPlace, ChainPlace>, std::vector<int>> columns;
  std::map<ChainPlace, std::vector<int>> rows;
  const auto place = [&](Axis axis, int index) {
    return axes[static_cast<std::size_t>(axis)].place(index);
  };
  for (int x = 0; x < shape.region.width; ++x) {
    columns[{place(Axis::x, x), place(Axis::group, x)}].push_back(x);
  }
  for (int y = 0; y < shape.region.height; ++y) {
    rows[place(Axis::y, y)].push_back(y);
  }
  for (const auto& [column, xs] : columns) {
    for (const auto& [row, ys] : rows) {
      if (request.stop && request.stop()) {
        return failed_error("stopped before the model was mapped");
      }
      const std::string name = fmt::format("x_{}.group_{}.y_{}", place_name(column.first),
                                           place_name(column.second), place_name(row));
      Emitter emitter(decoder, shape, request, colors, {column.first, row, column.second}, names,
                      name);
      write_program(emitter);
      isa::Role role = emitter.role().finish(instruction_bytes);
      for (const weft::Stride& sx : to_strides(xs)) {
        for (const weft::Stride& sy : to_strides(ys)) {
          *role.add_tiles() = isa::to_proto({{sx.first + shape.region.x, sx.step, sx.count},
                                             {sy.first + shape.region.y, sy.step, sy.count}});
        }
      }
      *bundle.add_roles() = std::move(role);
    }
  }
  for (const std::string& name : names.graph_ops()) {
    bundle.add_graph_ops(name);
  }
  for (const isa::Probe& probe : names.probes()) {
    *bundle.add_probes() = probe;
  }
  return {};
}

/// Everything for one region and chunk; does not look at capacity.
Result<isa::Bundle> build(const Decoder& decoder, const Shape& shape, const Request& request,
                          const arch::Machine& machine, ColorPlan& colors) {
  const ChainAxes axes = chain_axes(shape);
  const int available = machine.fabric().colors();
  WEFT_ASSIGN(colors, assign_colors(axes, available));
  if (const std::string wrong = verify_colors(axes, colors, available); !wrong.empty()) {
    return internal_error("color plan: " + wrong);
  }
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.set_machine(machine.name());
  bundle.set_machine_hash(arch::machine_hash(machine));
  bundle.set_phase(phase_name(request.phase));
  auto& region = *bundle.mutable_region();
  region.set_x(shape.region.x);
  region.set_y(shape.region.y);
  region.set_width(shape.region.width);
  region.set_height(shape.region.height);
  WEFT_TRY(write_roles(decoder, shape, request, axes, colors, machine.tile().instruction_bytes(),
                       bundle));
  for (int a = 0; a < kAxes; ++a) {
    for (isa::Route& route : chain_routes(axes[static_cast<std::size_t>(a)],
                                          colors[static_cast<std::size_t>(a)], shape.region)) {
      *bundle.add_routes() = std::move(route);
    }
  }
  for (isa::Load& load : plan_loads(decoder, shape, request)) {
    *bundle.add_loads() = std::move(load);
  }
  return bundle;
}

void say_decisions(const Decoder& decoder, const Shape& shape, const Request& request,
                   const arch::Machine& machine, const isa::Bundle& bundle, const ColorPlan& colors,
                   std::vector<std::string>& lines) {
  const auto& h = shape.heads;
  lines.push_back(fmt::format("strategy: tensor, {} layers resident", decoder.layers.size()));
  lines.push_back(fmt::format("region: {}x{} at ({},{}) of {}", shape.region.width,
                              shape.region.height, shape.region.x, shape.region.y, machine.name()));
  lines.push_back(
      fmt::format("steps: {}, at most {} tokens each", step_count(request, shape), shape.chunk));
  lines.push_back(
      fmt::format("layout: model dimension {} over rows ({} a tile), hidden {} over "
                  "columns ({}), vocabulary {} over columns ({})",
                  decoder.width, shape.width_y, decoder.hidden, shape.hidden_x, decoder.vocabulary,
                  shape.vocabulary_x));
  lines.push_back(fmt::format(
      "heads: {} kv groups, {} columns a group, {} groups a column, {} of "
      "{} dimensions a tile",
      h.groups, h.columns_per_group, h.groups_per_column, h.local_head_dim(), h.head_dim));
  lines.push_back(fmt::format("cache: {} positions dealt over rows, {} a tile", shape.positions,
                              shape.cache_rows));
  int used = 0;
  for (const FlowColors& flow : colors) {
    used = std::max(used, *std::max_element(flow.begin(), flow.end()) + 1);
  }
  lines.push_back(
      fmt::format("collectives: all-reduce by centre-rooted chains and multicast; {} "
                  "of {} colors",
                  used, machine.fabric().colors()));
  const SramUse use = largest_use(bundle);
  lines.push_back(fmt::format("SRAM: {} of {} a tile at most ({} roles, {} instructions)",
                              human_bytes(use.bytes), human_bytes(machine.tile().sram()),
                              bundle.roles_size(), bundle.roles(use.role).code_size()));
}

}  // namespace

Result<Mapped> map_model(const models::Graph& graph, const arch::Machine& machine,
                         const Request& request) {
  WEFT_ASSIGN(const Decoder decoder, fuse_decoder(graph));
  WEFT_ASSIGN(const weft::Rect region, pick_region(machine, request));
  WEFT_ASSIGN(const int positions, pick_positions(decoder, request));
  const int prompt = std::max(1, static_cast<int>(request.prompt.size()));
  const int most = std::clamp(request.chunk.value_or(16), 1, prompt);
  const auto attempt = [&](const weft::Rect& on, int chunk) {
    ColorPlan colors;
    return build(decoder, Shape::of(decoder, on, chunk, positions), request, machine, colors);
  };
  ColorPlan colors;
  int chunk = most;
  Shape shape = Shape::of(decoder, region, chunk, positions);
  WEFT_ASSIGN(isa::Bundle bundle, build(decoder, shape, request, machine, colors));
  while (largest_use(bundle).bytes > machine.tile().sram() && chunk > 1 && !request.chunk) {
    chunk /= 2;
    shape = Shape::of(decoder, region, chunk, positions);
    WEFT_ASSIGN(bundle, build(decoder, shape, request, machine, colors));
  }
  if (largest_use(bundle).bytes > machine.tile().sram()) {
    return does_not_fit(graph.name(), bundle, machine, [&](const weft::Rect& on) -> std::int64_t {
      const auto tried = attempt(on, 1);
      return tried.ok() ? largest_use(*tried).bytes : INT64_MAX;
    });
  }
  bundle.set_model(graph.name());
  Mapped mapped;
  say_decisions(decoder, shape, request, machine, bundle, colors, mapped.decisions);
  mapped.host_tensors = make_host_tensors(decoder, shape, request);
  mapped.bundle = std::move(bundle);
  return mapped;
}

}  // namespace weft::mapper
