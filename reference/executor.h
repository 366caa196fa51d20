// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
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

/// Result of one node and what the bound on its error scales with, both shaped like the value
/// (docs/numerics.md has the formulas). `magnitude`: LINEAR |A||B|; ROPE |a cos| + |b sin|;
/// ATTENTION sum p|v|; SILU_MUL |up|; empty for the others. `score_magnitude`: ATTENTION only, the
/// largest scale * |q||k| among the keys of the row and head.
struct NodeResult {
  Values value;
  Values magnitude;
  Values score_magnitude;
};

class Engine;

/// The right answer by plain loops: shares nothing with isa or sim, uses libm. Move-only; `graph`
/// and `weights` must outlive it. Weights are decoded once, at first use; one thread at a time.
class Executor {
 public:
  Executor(const models::Graph& graph, const TensorFile& weights, Precision precision);
  Executor(Executor&&) noexcept;
  Executor& operator=(Executor&&) noexcept;
  ~Executor();

  /// One node on given activations (in the order of node.inputs, weights left out).
  /// Rows are token positions 0..T-1. Errors: input, naming node and shapes.
  Result<NodeResult> run_node(const models::Node& node,
                              const std::vector<const Values*>& inputs) const;

  /// The whole graph on `tokens`, positions 0..T-1, all rows at once: output of every node by name.
  /// Errors: input (no tokens, more than the context, an id outside the vocabulary).
  Result<std::map<std::string, Values>> run(const std::vector<int>& tokens) const;

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace weft::reference
