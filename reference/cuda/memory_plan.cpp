// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/memory_plan.h"

#include <algorithm>
#include <map>

namespace weft::reference::cuda {
namespace {

std::size_t padded(std::int64_t bytes) {
  return (static_cast<std::size_t>(bytes) + 255) / 256 * 256;
}

std::vector<std::size_t> last_readers(const Graph& graph) {
  std::vector<std::size_t> last(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    last[i] = i;
    for (const int source : graph.nodes[i].sources) {
      if (source != kTokens) {
        last[static_cast<std::size_t>(source)] = i;
      }
    }
  }
  return last;
}

}  // namespace

MemoryPlan plan_memory(const Graph& graph, const std::vector<std::int64_t>& rows, bool keep) {
  MemoryPlan plan;
  for (const Weight& weight : graph.weights) {
    plan.weights.push_back(plan.weight_bytes);
    plan.weight_bytes += padded(weight.elements() * bytes_of(graph.dtype));
  }
  const std::vector<std::size_t> last = last_readers(graph);
  std::multimap<std::size_t, std::size_t> free;  // size -> offset
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    sizes.push_back(padded(rows[i] * node.width * bytes_of(node.dtype)));
    if (const auto found = free.find(sizes[i]); found != free.end()) {
      plan.outputs.push_back(found->second);
      free.erase(found);
    } else {
      plan.outputs.push_back(plan.output_bytes);
      plan.output_bytes += sizes[i];
    }
    // A node's own output is taken before its inputs are given back: kernels never work in place.
    for (std::size_t source = 0; !keep && source < i; ++source) {
      if (last[source] == i) {
        free.emplace(sizes[source], plan.outputs[source]);
      }
    }
  }
  return plan;
}

}  // namespace weft::reference::cuda
