// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/dtype.h"
#include "base/result.h"
#include "models/graph.pb.h"

namespace weft::models {

DType dtype_of(ElementType type);
ElementType element_type_of(DType type);

/// nullptr when absent.
const Tensor* find_tensor(const Graph& graph, const std::string& name);
const Node* find_node(const Graph& graph, const std::string& name);
/// The weight operand of a node (last input whose tensor has a weight_name), or nullptr.
const Tensor* weight_of(const Graph& graph, const Node& node);
/// Content hash of the graph without its name and, as it holds none, without values of weights:
/// what a mapping is bound to.
std::string graph_hash(const Graph& graph);
/// Elements of all weight tensors; a tied head counts once.
std::int64_t parameter_count(const Graph& graph);

std::span<const std::int64_t> shape_of(const Tensor& tensor);
/// "[-1, 128]"; for messages.
std::string shape_text(std::span<const std::int64_t> shape);

/// Fills the output shape of every node from its inputs, adding its tensor (of the graph's type)
/// where the graph has none. Nodes stand in execution order. Errors: input, naming node and shapes.
Status infer_shapes(Graph& graph);

}  // namespace weft::models
