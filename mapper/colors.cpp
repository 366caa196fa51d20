// SPDX-License-Identifier: Apache-2.0
#include "mapper/colors.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/sequential_vertex_coloring.hpp>

namespace weft::mapper {
namespace {

struct FlowKey {
  int axis = 0;
  int flow = 0;
  std::vector<int> indices;
  bool along_x = true;
};

std::vector<FlowKey> live_flows(const ChainAxes& axes) {
  std::vector<FlowKey> flows;
  for (int a = 0; a < kAxes; ++a) {
    for (int f = 0; f < kFlows; ++f) {
      const ChainAxis& axis = axes[static_cast<std::size_t>(a)];
      auto indices = flow_indices(axis, static_cast<Flow>(f));
      if (!indices.empty()) {
        flows.push_back({a, f, std::move(indices), axis.along_x});
      }
    }
  }
  return flows;
}

// Flows along different axes cross somewhere; along the same axis they meet where indices do.
bool conflict(const FlowKey& a, const FlowKey& b) {
  if (a.along_x != b.along_x) {
    return true;
  }
  return std::any_of(a.indices.begin(), a.indices.end(), [&](int index) {
    return std::binary_search(b.indices.begin(), b.indices.end(), index);
  });
}

}  // namespace

Result<ColorPlan> assign_colors(const ChainAxes& axes, int available) {
  using Conflicts = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  const std::vector<FlowKey> flows = live_flows(axes);
  Conflicts graph(flows.size());
  for (std::size_t i = 0; i < flows.size(); ++i) {
    for (std::size_t j = i + 1; j < flows.size(); ++j) {
      if (conflict(flows[i], flows[j])) {
        boost::add_edge(i, j, graph);
      }
    }
  }
  std::vector<std::size_t> color(flows.size());
  std::size_t used = 0;
  if (!flows.empty()) {
    used = boost::sequential_vertex_coloring(
        graph,
        boost::make_iterator_property_map(color.begin(), boost::get(boost::vertex_index, graph)));
  }
  if (used > static_cast<std::size_t>(available)) {
    return input_error(
        fmt::format("the routes need {} colors and the machine has {}; raise fabric.colors to {}",
                    used, available, used));
  }
  ColorPlan plan;
  for (FlowColors& colors : plan) {
    colors.fill(-1);
  }
  for (std::size_t i = 0; i < flows.size(); ++i) {
    plan[static_cast<std::size_t>(flows[i].axis)][static_cast<std::size_t>(flows[i].flow)] =
        static_cast<int>(color[i]);
  }
  return plan;
}

std::string verify_colors(const ChainAxes& axes, const ColorPlan& plan, int available) {
  const std::vector<FlowKey> flows = live_flows(axes);
  const auto color = [&](const FlowKey& flow) {
    return plan[static_cast<std::size_t>(flow.axis)][static_cast<std::size_t>(flow.flow)];
  };
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (color(flows[i]) < 0 || color(flows[i]) >= available) {
      return fmt::format("flow {} of axis {} has no color", flows[i].flow, flows[i].axis);
    }
    for (std::size_t j = i + 1; j < flows.size(); ++j) {
      if (color(flows[i]) == color(flows[j]) && conflict(flows[i], flows[j])) {
        return fmt::format("flows {} and {} share color c{} and a router", i, j, color(flows[i]));
      }
    }
  }
  return {};
}

}  // namespace weft::mapper
