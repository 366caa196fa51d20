// SPDX-License-Identifier: Apache-2.0
#include "mapper/reductions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace weft::mapper {
namespace {

using collectives::Want;

// Rows differ by a cached position or so, columns by when their group of heads was done.
constexpr int kSlack = 16;
// More gain no cycle in a layer and make six times as many kinds of tiles of a wafer.
constexpr int kColumnColors = 5;

collectives::Line line_of(Axis axis, const Shape& shape) {
  const int w = shape.region.width;
  switch (axis) {
    case Axis::x:
      return {w, 1, 0, true};
    case Axis::y:
      return {shape.region.height, 1, 0, false};
    default: {
      const int columns = shape.heads.columns_per_group;
      return {columns, columns > 1 ? shape.heads.groups : w, 0, true};
    }
  }
}

bool per_layer(Reduction reduction) {
  return reduction > Reduction::embed && reduction < Reduction::norm;
}

bool is_there(Reduction reduction, const Shape& shape) {
  switch (reduction) {
    case Reduction::prompt:
      return shape.prompt_dealt;
    case Reduction::input_norm:
    case Reduction::post_norm:
    case Reduction::norm:
      return !shape.norms_ride;
    case Reduction::maxima:
      return !shape.layouts.attention_merged;
    default:
      return true;
  }
}

// Columns without heads do not wait for scores, so they may come to the next sum earlier than the
// others, the earlier the more is cached. With trees their trains were seen to meet; in a chain
// each link carries one train on the way to the root.
bool columns_run_ahead(const Shape& shape) {
  const int with_heads = shape.heads.groups * shape.heads.columns_per_group;
  const bool notably = (shape.prompt_dealt && shape.cache_rows > 1) || shape.in_chains;
  return notably && with_heads < shape.region.width;
}

std::vector<collectives::Load> loads_of(Reduction reduction, const Decoder& decoder,
                                        const Shape& shape, const std::vector<Steps>& steps,
                                        int logit_pieces) {
  std::vector<collectives::Load> loads;
  const int pieces = reduction == Reduction::logits ? logit_pieces : 1;
  const double often = per_layer(reduction)
                           ? static_cast<double>(std::max<std::size_t>(1, decoder.layers.size()))
                           : 1.0;
  for (const Steps& step : steps) {
    // Of a prompt only the last token has logits; of a batch each, group by group.
    const bool of_head = reduction >= Reduction::norm;
    const int rows = of_head ? shape.logit_rows : step.rows;
    const double groups = of_head ? shape.logit_groups() : 1;
    const std::int64_t words = words_of(reduction, decoder, shape, rows);
    loads.push_back({std::max<std::int64_t>(1, (words + pieces - 1) / pieces),
                     often * groups * pieces * step.times});
    if (reduction == Reduction::scores && shape.prompt_dealt && rows > 1 && shape.cache_rows > 1) {
      loads.push_back({words / shape.cache_rows, 0});  // of the first chunks
    }
  }
  return loads;
}

// In one train, or in trains no longer than the longest of a layer's: whichever costs less in all.
Result<int> choose_logit_pieces(const Decoder& decoder, const Shape& shape,
                                const std::vector<Steps>& steps, const arch::Machine& machine) {
  std::int64_t longest = 1;
  for (const ReductionInfo& info : all_reductions()) {
    if (info.axis == Axis::y && per_layer(info.reduction) && is_there(info.reduction, shape)) {
      longest = std::max(longest, words_of(info.reduction, decoder, shape, shape.batch));
    }
  }
  const std::int64_t words = words_of(Reduction::logits, decoder, shape, shape.logit_rows);
  const int many = static_cast<int>((words + longest - 1) / longest);
  if (many == 1) {
    return 1;
  }
  const auto weight = [&](int pieces) -> Result<double> {
    std::vector<collectives::Load> loads;
    for (const ReductionInfo& info : all_reductions()) {
      if (info.axis == Axis::y && is_there(info.reduction, shape)) {
        for (const auto& load : loads_of(info.reduction, decoder, shape, steps, pieces)) {
          loads.push_back(load);
        }
      }
    }
    collectives::Wish wish;
    wish.slack = kSlack;
    wish.colors = kColumnColors;
    WEFT_ASSIGN(const collectives::LinePlan plan,
                collectives::plan_line(line_of(Axis::y, shape), loads,
                                       collectives::Timing::of(machine), wish));
    return plan.weight();
  };
  WEFT_ASSIGN(const double whole, weight(1));
  WEFT_ASSIGN(const double cut, weight(many));
  return cut < whole ? many : 1;
}

void apply(const ReductionChoice& choice, Want& want) {
  want.wish.algorithm = choice.algorithm;
  if (choice.root) {
    want.wish.root = choice.root;
  } else if (choice.edge && (*choice.edge || choice.algorithm != collectives::Algorithm::ktree)) {
    want.wish.root = *choice.edge ? 0 : want.line.length / 2;
  }
  if (choice.groups > 0) {
    want.wish.group = std::max(1, (want.line.length + choice.groups - 1) / choice.groups);
  }
}

}  // namespace

const std::array<ReductionInfo, kReductions>& all_reductions() {
  static const std::array<ReductionInfo, kReductions> kTable = {{
      {Reduction::prompt, "prompt", Axis::y},
      {Reduction::embed, "embed", Axis::x},
      {Reduction::input_norm, "input_norm", Axis::y},
      {Reduction::qkv, "qkv", Axis::y},
      {Reduction::scores, "attention_scores", Axis::group},
      {Reduction::maxima, "attention_max", Axis::y},
      {Reduction::merge, "attention_merge", Axis::y},
      {Reduction::o, "o", Axis::x},
      {Reduction::post_norm, "post_norm", Axis::y},
      {Reduction::gate_up, "gate_up", Axis::y},
      {Reduction::down, "down", Axis::x},
      {Reduction::norm, "norm", Axis::y},
      {Reduction::logits, "logits", Axis::y},
      {Reduction::token, "token", Axis::x},
  }};
  return kTable;
}

std::int64_t words_of(Reduction reduction, const Decoder& decoder, const Shape& shape, int rows) {
  const std::int64_t r = rows;
  const std::int64_t heads = shape.heads.heads_per_group;
  const std::int64_t slots = shape.heads.groups_per_column;
  const std::int64_t ride = shape.norms_ride ? 1 : 0;
  switch (reduction) {
    case Reduction::embed:
      return (r * shape.width_y * bytes_of(decoder.dtype) + 3) / 4;
    case Reduction::qkv:
      return r * (shape.qkv_row() + ride) + shape.shared_angles();
    case Reduction::scores:
      return r * heads * shape.cache_rows;
    case Reduction::maxima:
      return r * heads * slots;
    case Reduction::merge:
      return r * heads * slots *
             (shape.heads.local_head_dim() + (shape.layouts.attention_merged ? 2 : 1));
    case Reduction::gate_up:
      return r * (2 * std::int64_t{shape.hidden_x} + ride);
    case Reduction::o:
    case Reduction::down:
      return r * shape.width_y;
    case Reduction::logits:
      return r * (shape.vocabulary_x + ride);
    case Reduction::prompt:
    case Reduction::token:
      return r * 2;
    default:
      return r;
  }
}

int Reductions::colors_used() const {
  int used = 0;
  for (const collectives::Colors& of : colors) {
    for (const int color : of) {
      used = std::max(used, color + 1);
    }
  }
  return used;
}

int Reductions::root_of(Reduction reduction) const {
  const int plan = plan_of[static_cast<std::size_t>(reduction)];
  return plan < 0 ? 0 : plans[static_cast<std::size_t>(plan)].tree().root;
}

Result<Reductions> plan_reductions(const Decoder& decoder, const Shape& shape,
                                   const std::vector<Steps>& steps, const ReductionChoices& choices,
                                   const arch::Machine& machine, int available_colors) {
  Reductions reductions;
  reductions.plan_of.fill(-1);
  WEFT_ASSIGN(reductions.logit_pieces, choose_logit_pieces(decoder, shape, steps, machine));
  std::vector<Want> wants;
  std::map<Axis, int> shared;
  for (const ReductionInfo& info : all_reductions()) {
    const auto index = static_cast<std::size_t>(info.reduction);
    if (!is_there(info.reduction, shape)) {
      continue;
    }
    const auto& choice = choices[index];
    int plan = choice || !shared.contains(info.axis) ? -1 : shared.at(info.axis);
    // Equal choices of one axis share a plan, too.
    for (std::size_t i = 0; choice && plan < 0 && i < index; ++i) {
      if (choices[i] == choice && all_reductions()[i].axis == info.axis) {
        plan = reductions.plan_of[i];
      }
    }
    if (plan < 0) {
      plan = static_cast<int>(wants.size());
      Want want{line_of(info.axis, shape), {}, {}};
      // A multicast along the row reaches the columns of a group a cycle apart, some from the far
      // side.
      want.wish.slack = info.axis == Axis::group ? want.line.length / 2 : kSlack;
      if (info.axis == Axis::x && columns_run_ahead(shape)) {
        want.wish.algorithm = collectives::Algorithm::chain;
      }
      if (info.axis == Axis::y) {
        want.wish.colors = kColumnColors;
      }
      if (choice) {
        want.wish.colors = available_colors;
        apply(*choice, want);
      } else {
        shared.emplace(info.axis, plan);
      }
      wants.push_back(std::move(want));
      reductions.axes.push_back(info.axis);
      reductions.uses.emplace_back();
    }
    reductions.plan_of[index] = plan;
    auto& want = wants[static_cast<std::size_t>(plan)];
    for (const collectives::Load& load :
         loads_of(info.reduction, decoder, shape, steps, reductions.logit_pieces)) {
      want.loads.push_back(load);
    }
    auto& uses = reductions.uses[static_cast<std::size_t>(plan)];
    uses += (uses.empty() ? "" : ", ") + std::string(info.name);
  }
  WEFT_ASSIGN(collectives::LinePlans plans,
              collectives::plan_lines(wants, collectives::Timing::of(machine), available_colors));
  reductions.plans = std::move(plans.plans);
  reductions.colors = std::move(plans.colors);
  for (std::size_t i = 0; i < wants.size(); ++i) {
    const collectives::LinePlan& plan = reductions.plans[i];
    const int group = collectives::group_of(plan.algorithm(), wants[i].line.length,
                                            plan.tree().root, wants[i].wish.group);
    reductions.group.push_back(group);
  }
  return reductions;
}

}  // namespace weft::mapper
