// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "base/tensor_file.h"
#include "models/graph.pb.h"
#include "reference/executor.h"

namespace weft::reference {

/// Computes single nodes in one precision and keeps the decoded weights.
class Engine {
 public:
  virtual ~Engine() = default;

  /// `node` on inputs whose shapes the executor has checked. Errors: input (a weight that is not in
  /// the file, a token id outside the vocabulary, an unknown operation).
  virtual Result<NodeResult> compute(const models::Node& node,
                                     const std::vector<const Values*>& inputs,
                                     bool want_magnitude) = 0;

  const models::Graph& graph() const { return graph_; }

 protected:
  Engine(const models::Graph& graph, const TensorFile& weights)
      : graph_(graph), weights_(weights) {}

  const models::Graph& graph_;
  const TensorFile& weights_;
};

std::unique_ptr<Engine> make_engine(const models::Graph& graph, const TensorFile& weights,
                                    Precision precision);

}  // namespace weft::reference
