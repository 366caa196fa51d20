// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"
#include "base/tensor_file.h"
#include "models/graph.pb.h"
#include "reference/executor.h"

namespace weft::reference::cuda {

/// Whether this program was built with CUDA and there is a device. The error says which is missing
/// and names what can be done without.
Status available();

/// The graph on a GPU: storage types as in the graph, sums in fp32 (or products in fp16), every
/// output rounded once. Mirrors reference::Executor; values come back widened to double. Move-only;
/// `graph` and `weights` must outlive it.
class Executor {
 public:
  /// Errors: failed (no device), input (a graph or a weight this cannot run).
  static Result<Executor> create(const models::Graph& graph, const TensorFile& weights,
                                 DType accumulate = DType::f32);
  Executor(Executor&&) noexcept;
  Executor& operator=(Executor&&) noexcept;
  ~Executor();

  /// One node on given activations, rounded to their storage types, rows being positions 0..T-1.
  Result<Values> run_node(const models::Node& node, const std::vector<const Values*>& inputs);
  /// The whole graph on `tokens`, all rows at once: output of every node by name.
  Result<std::map<std::string, Values>> run(const std::vector<int>& tokens);
  /// Greedily: the new tokens, and every node over prompt and new tokens but the last.
  struct Generated {
    std::vector<int> tokens;
    std::map<std::string, Values> outputs;
  };
  Result<Generated> generate(const std::vector<int>& prompt, int new_tokens);

 private:
  struct State;
  explicit Executor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace weft::reference::cuda
