// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reference/cuda/graph.h"
#include "reference/cuda/memory_plan.h"
#include "reference/cuda/ops.h"
#include "reference/cuda/rope_table.h"

namespace weft::reference::cuda {

struct ModelOptions {
  DType accumulate = DType::f32;  ///< of products
  int sequences = 1;
  int rows = 1;      ///< most new positions a sequence in one forward()
  int capacity = 1;  ///< most positions of a sequence
  bool keep = true;  ///< every node's output stays readable; else memory is reused
  /// Attention by products or split keys, which rounds probabilities or joins parts, instead of the
  /// kernel that keeps everything in fp32 in one block.
  bool fast = false;
  bool last_row_only = false;  ///< the head on the last row alone (one sequence)
};

/// A graph on the device: weights, the cache of keys and values, and the output of every node.
class Model {
 public:
  static Result<std::unique_ptr<Model>> create(Device& device, Graph graph,
                                               const ModelOptions& options);

  /// `bytes` of a weight in the type of the graph.
  Status load(std::size_t weight, const void* bytes, std::size_t size);
  Status draw(std::uint64_t seed);
  /// Keys and values of all positions, as if they had been computed: for timing.
  Status draw_caches(std::uint64_t seed);

  /// The next `rows` positions of every sequence, from position `first` on; `tokens` holds rows
  /// ids a sequence. Queued; outputs can be read after it.
  Status forward(const std::vector<int>& tokens, int first, int rows);
  /// The rows of the last forward().
  Result<HostTensor> output(std::size_t node);

  void set_fast(bool fast) { options_.fast = fast; }

  const Graph& graph() const { return graph_; }
  const ModelOptions& options() const { return options_; }
  Device& device() { return device_; }
  void* weight(std::size_t index) const { return weights_.at(plan_.weights[index]); }
  Cache cache(int layer) const;
  const Rotation& rotation() const { return rotation_; }
  int* tokens() const { return control_.as<int>() + 1; }
  int* first() const { return control_.as<int>(); }

 private:
  Model(Device& device, Graph graph, const ModelOptions& options)
      : device_(device), graph_(std::move(graph)), options_(options) {}

  Status allocate();
  Status make_rotation(const Node& node);
  Status run(const Node& node, std::size_t index, int first, int rows);
  Matrix output_of(std::size_t node, std::int64_t rows) const;
  Matrix input_of(const Node& node, std::size_t source, int rows) const;
  bool is_head(const Node& node) const;

  Device& device_;
  Graph graph_;
  ModelOptions options_;
  MemoryPlan plan_;
  Buffer weights_;
  Buffer outputs_;
  Buffer caches_;
  Buffer control_;  ///< int: first position, then the tokens
  Buffer angles_;
  Rotation rotation_;
  CacheShape cache_shape_;
  std::size_t cache_bytes_ = 0;  ///< of the keys of one layer
  int rows_ = 0;                 ///< of the last forward()
};

}  // namespace weft::reference::cuda
