// SPDX-License-Identifier: Apache-2.0
#include "mapper/map.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/machine.h"
#include "base/text.h"
#include "isa/bundle.h"
#include "mapper/candidates.h"
#include "mapper/estimate.h"
#include "mapper/loads.h"
#include "mapper/program.h"
#include "mapper/roles.h"
#include "mapper/say.h"
#include "mapper/sram_plan.h"

namespace weft::mapper {
namespace {

constexpr int kMostTokens = 16;         // of a step, of one sequence
constexpr int kMostTokensTogether = 8;  // … in one region of a large machine: longer trains meet
constexpr int kMostSequences = 256;     // bytes of a tile stay far below 2^31 on any region

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
  if (request.batch < 1 || request.batch > kMostSequences) {
    return input_error(
        fmt::format("--batch {}: 1 to {} sequences run side by side; split them into several runs",
                    request.batch, kMostSequences));
  }
  const int prompt = request.prompt_length();
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

void set_region(const weft::Rect& rect, int first_index, isa::Region& region) {
  region.set_x(rect.x);
  region.set_y(rect.y);
  region.set_width(rect.width);
  region.set_height(rect.height);
  region.set_first_index(first_index);
}

std::vector<Steps> steps_of(const Request& request, const Shape& shape) {
  const int all = step_count(request, shape);
  const int prompt = static_cast<int>(request.prompt.size());
  const int chunks = prompt_steps(request, shape);
  if (shape.batched()) {
    return {{shape.batch, static_cast<double>(all)}};
  }
  std::vector<Steps> steps;
  if (chunks > 0) {
    steps.push_back({std::min(shape.chunk, prompt), static_cast<double>(chunks)});
  }
  if (all > chunks) {
    steps.push_back({1, static_cast<double>(all - chunks)});
  }
  return steps;
}

/// All-reduces and the hand-offs that meet them where sums come together along rows. How many
/// colors hand-offs take depends on that column, which is known once all-reduces are planned.
Status plan_flows(const Decoder& decoder, const Request& request, const arch::Machine& machine,
                  Plan& plan) {
  const int available = machine.fabric().colors();
  int root = plan.shape.region.width / 2;
  for (int tries = 0;; ++tries) {
    WEFT_ASSIGN(const Handoffs ways, plan_handoffs(plan.placement, root, 0, available));
    WEFT_ASSIGN(plan.reductions, obey_reductions(decoder, plan.shape, steps_of(request, plan.shape),
                                                 request.reductions, request.reduction_places,
                                                 machine, available - ways.colors));
    root = plan.reductions.root_of(Reduction::down);
    auto handoffs = plan_handoffs(plan.placement, root, plan.reductions.colors_used(), available);
    if (handoffs || tries > 0) {
      WEFT_ASSIGN(plan.handoffs, std::move(handoffs));
      return {};
    }
  }
}

/// Everything for one placement and chunk; does not look at capacity.
Result<isa::Bundle> build(const Decoder& decoder, const Request& request,
                          const arch::Machine& machine, Plan& plan) {
  const int available = machine.fabric().colors();
  WEFT_TRY(plan_flows(decoder, request, machine, plan));
  WEFT_TRY(obey_colors(request.colors, available, plan.placement, plan.reductions, plan.handoffs));
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.set_machine(machine.name());
  bundle.set_machine_hash(arch::machine_hash(machine));
  bundle.set_phase(phase_name(request.phase));
  set_region(plan.placement.extent(), 0, *bundle.mutable_region());
  if (!plan.placement.single()) {
    for (const RegionPlan& region : plan.placement.regions) {
      set_region(region.rect, region.first_layer, *bundle.add_regions());
    }
  }
  WEFT_TRY(write_roles(decoder, plan.shape, request, plan.placement, plan.handoffs, plan.reductions,
                       machine.tile().instruction_bytes(), bundle));
  for (const RegionPlan& region : plan.placement.regions) {
    for (std::size_t i = 0; i < plan.reductions.plans.size(); ++i) {
      for (isa::Route& route :
           plan.reductions.plans[i].routes(plan.reductions.colors[i], region.rect)) {
        *bundle.add_routes() = std::move(route);
      }
    }
  }
  for (isa::Route& route : handoff_routes(plan.placement, plan.handoffs)) {
    *bundle.add_routes() = std::move(route);
  }
  for (isa::Parameter& parameter : handoff_parameters(plan.placement, plan.handoffs)) {
    *bundle.add_parameters() = std::move(parameter);
  }
  for (isa::Load& load : plan_loads(decoder, plan.shape, request, plan.placement)) {
    *bundle.add_loads() = std::move(load);
  }
  return bundle;
}

}  // namespace

Result<int> positions_of(const models::Graph& graph, const Request& request) {
  WEFT_ASSIGN(const Decoder decoder, fuse_decoder(graph));
  return pick_positions(decoder, request);
}

Result<Estimate> estimate_model(const models::Graph& graph, const arch::Machine& machine,
                                const Request& request) {
  WEFT_ASSIGN(const Decoder decoder, fuse_decoder(graph));
  WEFT_ASSIGN(const weft::Rect region, pick_region(machine, request));
  WEFT_ASSIGN(const int positions, pick_positions(decoder, request));
  std::optional<Estimate> best;
  std::int64_t least_over = INT64_MAX;
  for (Candidate& candidate : candidates(decoder, machine, request, region, positions)) {
    Placement& placement = candidate.placement;
    if (std::string wrong = verify_placement(decoder, machine, placement); !wrong.empty()) {
      return input_error(wrong);
    }
    const Shape shape =
        Shape::of(decoder, placement.size(), 1, positions, request.layouts, request.batch);
    const std::int64_t over = held_bytes(decoder, shape, placement) - machine.tile().sram();
    least_over = std::min(least_over, over);
    if (over > 0) {
      continue;
    }
    const std::int64_t cycles =
        estimate_token(decoder, placement, step_of(candidate, request, positions), machine);
    best = Estimate{std::move(placement), cycles};
    break;
  }
  if (!best) {
    return input_error(fmt::format("{} does not fit: the {} of a tile are {} over its {}",
                                   graph.name(),
                                   request.batch > 1 ? "weights and caches" : "weights",
                                   human_bytes(least_over), human_bytes(machine.tile().sram())));
  }
  return std::move(*best);
}

Result<Mapped> map_model(const models::Graph& graph, const arch::Machine& machine,
                         const Request& request) {
  WEFT_ASSIGN(const Decoder decoder, fuse_decoder(graph));
  WEFT_ASSIGN(const weft::Rect region, pick_region(machine, request));
  WEFT_ASSIGN(const int reached, pick_positions(decoder, request));
  const int positions = std::max(reached, request.context.value_or(0));
  const int prompt = std::max(1, static_cast<int>(request.prompt.size()));
  const bool together = stays_together(machine, request);
  const int most =
      request.batch > 1
          ? 1
          : std::clamp(request.chunk.value_or(together ? kMostTokensTogether : kMostTokens), 1,
                       prompt);
  const auto capacity = machine.tile().sram();
  const auto attempt = [&](const Candidate& candidate, int chunk, Plan& plan,
                           std::int64_t over = 0) {
    plan.placement = candidate.placement;
    plan.unused_columns = candidate.unused_columns;
    plan.together = together && candidate.placement.single();
    plan.shape = Shape::of(decoder, candidate.placement.size(), chunk, positions, request.layouts,
                           request.batch);
    if (over > 0) {
      plan.shape.save_room_of_logits(over);
    }
    plan.shape.prompt_dealt = deals_prompt(request);
    plan.shape.in_chains = candidate.in_chains;
    plan.shape.weighs_by_vector = weighs_by_vector(plan.shape, machine);
    return build(decoder, request, machine, plan);
  };
  // What is said of when nothing fits.
  const Candidate whole =
      request.placement ? Candidate{*request.placement} : Candidate{place_in_one(decoder, region)};
  Plan plan;
  isa::Bundle bundle;
  std::vector<RefusedPlacement> refused;
  bool found = false;
  for (const Candidate& candidate : candidates(decoder, machine, request, region, positions)) {
    const Placement& placement = candidate.placement;
    if (std::string wrong = verify_placement(decoder, machine, placement); !wrong.empty()) {
      return input_error(wrong);
    }
    const weft::Rect& size = placement.size();
    const std::int64_t held = held_bytes(
        decoder, Shape::of(decoder, size, 1, positions, request.layouts, request.batch), placement);
    if (held > capacity) {
      refused.push_back({placement.regions.size(), size.width, size.height, held - capacity, true});
      continue;
    }
    int chunk = most;
    auto tried = attempt(candidate, chunk, plan);
    if (!tried && tried.error().kind == ErrorKind::input && placement != whole.placement) {
      continue;  // colors short: another division may do with fewer
    }
    WEFT_ASSIGN(bundle, std::move(tried));
    while (largest_use(bundle).bytes > capacity && chunk > 1 && !request.chunk) {
      chunk /= 2;
      WEFT_ASSIGN(bundle, attempt(candidate, chunk, plan));
    }
    std::int64_t over = largest_use(bundle).bytes - capacity;
    if (over > 0 && request.batch > 1) {
      WEFT_ASSIGN(bundle, attempt(candidate, chunk, plan, over));
      over = largest_use(bundle).bytes - capacity;
    }
    found = over <= 0;
    if (found) {
      break;
    }
    refused.push_back({placement.regions.size(), size.width, size.height, over});
  }
  if (!found) {
    if (plan.placement != whole.placement) {
      WEFT_ASSIGN(bundle, attempt(whole, request.chunk ? most : 1, plan, INT64_MAX / 2));
    }
    return does_not_fit(
        graph.name(), request.batch, bundle, machine, [&](const weft::Rect& on) -> std::int64_t {
          Plan other;
          const auto tried = attempt({place_in_one(decoder, on)}, 1, other, INT64_MAX / 2);
          return tried.ok() ? largest_use(*tried).bytes : INT64_MAX;
        });
  }
  bundle.set_model(graph.name());
  Mapped mapped;
  plan.refused = std::move(refused);
  mapped.decisions = say_decisions(decoder, plan, request, machine, bundle);
  mapped.host_tensors = make_host_tensors(decoder, plan.shape, request, plan.placement);
  mapped.bundle = std::move(bundle);
  mapped.plan = std::move(plan);
  return mapped;
}

}  // namespace weft::mapper
