// SPDX-License-Identifier: Apache-2.0
#include "mapper/flow_colors.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace weft::mapper {
namespace {

bool overlap(const weft::Rect& a, const weft::Rect& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/// A flow with the place its color is kept at. Trains of collectives know the rows or columns they
/// take in every region, ways between regions their reach; all else counts as meeting.
struct ColoredFlow {
  std::string name;
  int* color = nullptr;
  const collectives::Flow* train = nullptr;
  std::optional<weft::Rect> reach;

  bool meets(const ColoredFlow& other) const {
    if (train != nullptr && other.train != nullptr) {
      return train->meets(*other.train);
    }
    return !reach || !other.reach || overlap(*reach, *other.reach);
  }
};

std::string first_use(const std::string& uses) { return uses.substr(0, uses.find(',')); }

const char* axis_name(Axis axis) { return axis == Axis::x ? "x" : axis == Axis::y ? "y" : "group"; }

class FlowTable {
 public:
  FlowTable(const Placement& placement, Reductions& reductions, Handoffs& handoffs) {
    for (const collectives::LinePlan& plan : reductions.plans) {
      line_flows_.push_back(plan.flows());
    }
    for (std::size_t i = 0; i < reductions.plans.size(); ++i) {
      for (std::size_t f = 0; f < line_flows_[i].size(); ++f) {
        const bool back = reductions.plans[i].back() && f + 1 == line_flows_[i].size();
        flows_.push_back(
            {fmt::format("{} {} {}", first_use(reductions.uses[i]), axis_name(reductions.axes[i]),
                         back ? std::string("back") : std::to_string(f)),
             &reductions.colors[i][f],
             &line_flows_[i][f],
             {}});
      }
    }
    if (!placement.single()) {
      flows_.push_back({"handoff rows", &handoffs.row_color, nullptr, {}});
    }
    for (Handoff& way : handoffs.ways) {
      const std::string& from = placement.regions[static_cast<std::size_t>(way.from)].name;
      for (std::size_t band = 0; band < way.colors.size(); ++band) {
        flows_.push_back({way.colors.size() > 1 ? fmt::format("handoff {} {}", from, band)
                                                : fmt::format("handoff {}", from),
                          &way.colors[band], nullptr, reach_of(placement, way)});
      }
    }
  }

  std::vector<ColoredFlow>& flows() { return flows_; }

 private:
  std::vector<std::vector<collectives::Flow>> line_flows_;
  std::vector<ColoredFlow> flows_;
};

Error no_such_flow(const ColorChoice& choice, const std::vector<ColoredFlow>& flows) {
  std::vector<std::string> names;
  for (const ColoredFlow& flow : flows) {
    names.push_back(flow.name);
  }
  return input_error(
      fmt::format("{}this mapping has no flow '{}'{}; take it out, colors follow the collectives",
                  choice.place, choice.flow, did_you_mean(choice.flow, names)));
}

}  // namespace

std::vector<NamedFlow> named_flows(const Placement& placement, const Reductions& reductions,
                                   const Handoffs& handoffs) {
  Reductions reductions_copy = reductions;
  Handoffs handoffs_copy = handoffs;
  std::vector<NamedFlow> named;
  FlowTable table(placement, reductions_copy, handoffs_copy);
  for (const ColoredFlow& flow : table.flows()) {
    named.push_back({flow.name, *flow.color});
  }
  return named;
}

Status obey_colors(const std::vector<ColorChoice>& choices, int available,
                   const Placement& placement, Reductions& reductions, Handoffs& handoffs) {
  FlowTable table(placement, reductions, handoffs);
  std::vector<ColoredFlow>& flows = table.flows();
  std::vector<const ColoredFlow*> settled;
  std::vector<bool> is_settled(flows.size());
  const auto settle = [&](std::size_t i) {
    settled.push_back(&flows[i]);
    is_settled[i] = true;
  };
  // Who of the settled ones stands in the way of a flow with this color.
  const auto against = [&](const ColoredFlow& flow, int color) -> const ColoredFlow* {
    for (const ColoredFlow* other : settled) {
      if (*other->color == color && flow.meets(*other)) {
        return other;
      }
    }
    return nullptr;
  };
  for (const ColorChoice& choice : choices) {
    const auto found = std::find_if(flows.begin(), flows.end(), [&](const ColoredFlow& flow) {
      return flow.name == choice.flow;
    });
    if (found == flows.end()) {
      return no_such_flow(choice, flows);
    }
    if (const ColoredFlow* other = against(*found, choice.color)) {
      return input_error(fmt::format(
          "{}flows '{}' and '{}' meet at a router and cannot both have color {}; take one out",
          choice.place, other->name, choice.flow, choice.color));
    }
    *found->color = choice.color;
    settle(static_cast<std::size_t>(found - flows.begin()));
  }
  if (choices.empty()) {
    return {};
  }
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (!is_settled[i] && against(flows[i], *flows[i].color) == nullptr) {
      settle(i);
    }
  }
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (is_settled[i]) {
      continue;
    }
    int color = 0;
    while (color < available && against(flows[i], color) != nullptr) {
      ++color;
    }
    if (color == available) {
      return input_error(fmt::format(
          "{}with the colors that were said none is left of {} for flow '{}'; take one out or "
          "raise fabric.colors",
          choices.front().place, available, flows[i].name));
    }
    *flows[i].color = color;
    settle(i);
  }
  for (const ColoredFlow& flow : flows) {
    handoffs.colors = std::max(handoffs.colors, *flow.color + 1);
  }
  return {};
}

}  // namespace weft::mapper
