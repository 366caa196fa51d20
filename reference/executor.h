// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/tensor_file.h"
#include "models/graph.pb.h"

namespace weft::reference {

/// Row-major values of one logical tensor in the reference's own precision.
struct Values {
  std::vector<std::int64_t> shape;
  std::vector<double> data;
};

enum class Precision { f64, f32 };

/// Result of one node: the value and, per element, the magnitude the error bound scales with
/// (|A||B| of a product; see docs/numerics.md for the others).
struct NodeResult {
  Values value;
  Values magnitude;
};

/// The right answer by plain loops: shares nothing with isa or sim, uses libm.
class Executor {
 public:
  Executor(const models::Graph& graph, const TensorFile& weights, Precision precision);

  /// One node on given activations (in the order of node.inputs, weights left out).
  /// Rows are token positions 0..T-1. Errors: input, naming node and shapes.
  Result<NodeResult> run_node(const models::Node& node, const std::vector<const Values*>& inputs) const;

  /// The whole graph on `tokens`, positions 0..T-1, all rows at once: output of every node by name.
  Result<std::map<std::string, Values>> run(const std::vector<int>& tokens) const;

 private:
  const models::Graph& graph_;
  const TensorFile& weights_;
  Precision precision_;
};

}  // namespace weft::reference
