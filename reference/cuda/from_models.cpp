// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/from_models.h"

#include <map>
#include <string>

#include "models/graph.h"

namespace weft::reference::cuda {
namespace {

Node attributes_of(const models::Node& from) {
  Node node;
  node.name = from.name();
  node.op = static_cast<Op>(from.op());
  node.layer = from.layer();
  node.epsilon = from.epsilon();
  node.heads = from.heads();
  node.kv_heads = from.kv_heads();
  node.head_dim = from.head_dim();
  node.rope_theta = from.rope_theta();
  node.scale = from.scale();
  const models::RopeScaling& scaling = from.rope_scaling();
  node.rope_scaling = {scaling.factor(), scaling.low_frequency(), scaling.high_frequency(),
                       scaling.original_context()};
  return node;
}

}  // namespace

Result<Graph> from_models(const models::Graph& from) {
  Graph graph;
  graph.name = from.name();
  graph.dtype = models::dtype_of(from.dtype());
  graph.vocabulary = from.vocabulary();
  graph.context = from.context();
  std::map<std::string, int> nodes;
  std::map<std::string, int> weights;
  for (const models::Node& given : from.nodes()) {
    if (given.op() < models::EMBEDDING || given.op() > models::ARGMAX) {
      return input_error("CUDA reference of '" + given.name() + "': unknown operation");
    }
    Node node = attributes_of(given);
    for (const std::string& input : given.inputs()) {
      const models::Tensor* tensor = models::find_tensor(from, input);
      if (tensor != nullptr && !tensor->weight_name().empty()) {
        const auto [place, is_new] =
            weights.emplace(tensor->weight_name(), static_cast<int>(graph.weights.size()));
        if (is_new) {
          const auto shape = models::shape_of(*tensor);
          graph.weights.push_back({tensor->weight_name(), {shape.begin(), shape.end()}});
        }
        node.weight = place->second;
      } else if (const auto found = nodes.find(input); found != nodes.end()) {
        node.sources.push_back(found->second);
      } else if (given.op() == models::EMBEDDING && tensor != nullptr) {
        node.sources.push_back(kTokens);
      } else {
        return input_error("CUDA reference of '" + given.name() + "': input '" + input +
                           "' is no output of an earlier node");
      }
    }
    const models::Tensor* output = models::find_tensor(from, given.name());
    node.width = output->shape_size() > 1 ? output->shape(1) : 1;
    node.dtype = models::dtype_of(output->dtype());
    nodes[given.name()] = static_cast<int>(graph.nodes.size());
    graph.nodes.push_back(std::move(node));
  }
  return graph;
}

}  // namespace weft::reference::cuda
