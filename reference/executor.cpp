// SPDX-License-Identifier: Apache-2.0
#include "reference/executor.h"

#include <fmt/format.h>

#include "models/graph.h"
#include "reference/engine.h"

namespace weft::reference {
namespace {

using models::Node;

std::string shapes_text(const std::vector<const Values*>& inputs) {
  std::string text;
  for (const Values* input : inputs) {
    text += " " + models::shape_text(input->shape);
  }
  return text;
}

bool holds_its_shape(const Values& values) {
  std::int64_t elements = 1;
  for (std::int64_t dimension : values.shape) {
    elements *= dimension;
  }
  return elements == static_cast<std::int64_t>(values.data.size());
}

/// Checks the activations against the shapes of the graph, whose -1 is the number of rows.
Status check_inputs(const models::Graph& graph, const Node& node,
                    const std::vector<const Values*>& inputs) {
  const auto fault = [&](std::string_view cause) {
    return input_error(fmt::format("reference of '{}' ({}): {}; input shapes{}", node.name(),
                                   models::Op_Name(node.op()), cause, shapes_text(inputs)));
  };
  std::size_t used = 0;
  for (const std::string& name : node.inputs()) {
    const models::Tensor* tensor = models::find_tensor(graph, name);
    if (tensor == nullptr) {
      return fault(fmt::format("input '{}' is not in the graph", name));
    }
    if (!tensor->weight_name().empty()) {
      continue;
    }
    if (used == inputs.size()) {
      return fault(fmt::format("input '{}' is missing", name));
    }
    const Values& given = *inputs[used++];
    bool fits = given.shape.size() == static_cast<std::size_t>(tensor->shape_size()) &&
                holds_its_shape(given) && given.shape[0] >= 1 &&
                given.shape[0] == inputs[0]->shape[0];
    for (int i = 0; fits && i < tensor->shape_size(); ++i) {
      fits = tensor->shape(i) < 0 || tensor->shape(i) == given.shape[static_cast<std::size_t>(i)];
    }
    if (!fits) {
      return fault(fmt::format("input '{}' should be {} with one number of rows", name,
                               models::shape_text(models::shape_of(*tensor))));
    }
  }
  return used == inputs.size() ? Status() : Status(fault("too many inputs"));
}

}  // namespace

Executor::Executor(const models::Graph& graph, const TensorFile& weights, Precision precision)
    : engine_(make_engine(graph, weights, precision)) {}

Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;
Executor::~Executor() = default;

Result<NodeResult> Executor::run_node(const models::Node& node,
                                      const std::vector<const Values*>& inputs) const {
  WEFT_TRY(check_inputs(engine_->graph(), node, inputs));
  return engine_->compute(node, inputs, true);
}

Result<std::map<std::string, Values>> Executor::run(const std::vector<int>& tokens) const {
  const models::Graph& graph = engine_->graph();
  if (tokens.empty() || tokens.size() > static_cast<std::size_t>(graph.context())) {
    return input_error(fmt::format("reference: {} tokens; the context of {} is 1 to {} tokens",
                                   tokens.size(), graph.name(), graph.context()));
  }
  std::map<std::string, Values> values;
  values["tokens"] = {{static_cast<std::int64_t>(tokens.size())}, {tokens.begin(), tokens.end()}};
  for (const Node& node : graph.nodes()) {
    std::vector<const Values*> inputs;
    for (const std::string& name : node.inputs()) {
      if (const auto found = values.find(name); found != values.end()) {
        inputs.push_back(&found->second);
      }
    }
    WEFT_TRY(check_inputs(graph, node, inputs));
    WEFT_ASSIGN(NodeResult result, engine_->compute(node, inputs, false));
    values[node.name()] = std::move(result.value);
  }
  values.erase("tokens");
  return values;
}

}  // namespace weft::reference
