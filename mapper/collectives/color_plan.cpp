// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/color_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/sequential_vertex_coloring.hpp>
#include <numeric>
#include <optional>

namespace weft::mapper::collectives {
namespace {

std::vector<const Flow*> all_flows(const std::vector<std::vector<Flow>>& collectives) {
  std::vector<const Flow*> flows;
  for (const auto& collective : collectives) {
    for (const Flow& flow : collective) {
      flows.push_back(&flow);
    }
  }
  return flows;
}

std::string names_beyond(const std::vector<const Flow*>& flows,
                         const std::vector<std::size_t>& color, std::size_t available) {
  constexpr int kShown = 4;
  std::vector<std::string> names;
  int more = 0;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (color[i] >= available) {
      names.size() < kShown ? names.push_back(flows[i]->name) : static_cast<void>(++more);
    }
  }
  return fmt::format("{}{}", fmt::join(names, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : std::string());
}

}  // namespace

Result<std::vector<Colors>> assign_colors(const std::vector<std::vector<Flow>>& collectives,
                                          int available) {
  using Meetings = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  const std::vector<const Flow*> flows = all_flows(collectives);
  Meetings graph(flows.size());
  for (std::size_t i = 0; i < flows.size(); ++i) {
    for (std::size_t j = i + 1; j < flows.size(); ++j) {
      if (flows[i]->meets(*flows[j])) {
        boost::add_edge(i, j, graph);
      }
    }
  }
  std::vector<std::size_t> order(flows.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return boost::degree(a, graph) > boost::degree(b, graph);
  });
  std::vector<std::size_t> color(flows.size());
  std::size_t used = 0;
  if (!flows.empty()) {
    const auto index = boost::get(boost::vertex_index, graph);
    used = boost::sequential_vertex_coloring(
        graph, boost::make_iterator_property_map(order.begin(), boost::identity_property_map()),
        boost::make_iterator_property_map(color.begin(), index));
  }
  if (used > static_cast<std::size_t>(available)) {
    return input_error(fmt::format(
        "the routes need {} colors and the machine has {}: no room for {}; allow fewer colors a "
        "line or raise fabric.colors to {}",
        used, available, names_beyond(flows, color, static_cast<std::size_t>(available)), used));
  }
  std::vector<Colors> result;
  auto next = color.begin();
  for (const auto& collective : collectives) {
    Colors& colors = result.emplace_back();
    for (std::size_t f = 0; f < collective.size(); ++f) {
      colors.push_back(static_cast<int>(*next++));
    }
  }
  return result;
}

std::string verify_colors(const std::vector<std::vector<Flow>>& collectives,
                          const std::vector<Colors>& colors, int available) {
  const std::vector<const Flow*> flows = all_flows(collectives);
  std::vector<int> flat;
  for (const Colors& some : colors) {
    flat.insert(flat.end(), some.begin(), some.end());
  }
  if (flat.size() != flows.size()) {
    return fmt::format("{} colors for {} flows", flat.size(), flows.size());
  }
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (flat[i] < 0 || flat[i] >= available) {
      return fmt::format("{} has color {} of {}", flows[i]->name, flat[i], available);
    }
    for (std::size_t j = i + 1; j < flows.size(); ++j) {
      if (flat[i] == flat[j] && flows[i]->meets(*flows[j])) {
        return fmt::format("{} and {} share color c{} and a router", flows[i]->name, flows[j]->name,
                           flat[i]);
      }
    }
  }
  return {};
}

Result<LinePlans> plan_lines(const std::vector<Want>& wants, const Timing& timing, int available,
                             const std::vector<std::vector<Flow>>& others) {
  LinePlans result;
  std::vector<std::vector<Flow>> flows;
  for (const Want& want : wants) {
    WEFT_ASSIGN(LinePlan plan, plan_line(want.line, want.loads, timing, want.wish));
    flows.push_back(plan.flows());
    result.plans.push_back(std::move(plan));
  }
  flows.insert(flows.end(), others.begin(), others.end());
  // What each would become with fewer colors than it has; nothing: it cannot.
  std::vector<std::optional<LinePlan>> smaller(wants.size());
  const auto shrink = [&](std::size_t i) {
    Want want = wants[i];
    want.wish.colors = result.plans[i].colors() - 1;
    const auto plan = plan_line(want.line, want.loads, timing, want.wish);
    smaller[i] = plan.ok() ? std::optional(*plan) : std::nullopt;
  };
  while (true) {
    auto colors = assign_colors(flows, available);
    if (colors.ok()) {
      result.colors = std::move(*colors);
      return result;
    }
    std::size_t best = wants.size();
    double least = 0;
    for (std::size_t i = 0; i < wants.size(); ++i) {
      if (!smaller[i]) {
        shrink(i);
      }
      if (!smaller[i]) {
        continue;
      }
      const double loss = smaller[i]->weight() - result.plans[i].weight();
      if (best == wants.size() || loss < least) {
        best = i;
        least = loss;
      }
    }
    if (best == wants.size()) {
      return colors.error();
    }
    result.plans[best] = std::move(*smaller[best]);
    smaller[best].reset();
    flows[best] = result.plans[best].flows();
  }
}

}  // namespace weft::mapper::collectives
