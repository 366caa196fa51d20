// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "reference/cuda/graph.h"

namespace weft::reference::cuda {

/// The bytes of a model's weights, by name: a safetensors file read without a JSON library. It
/// understands what such files hold in practice, flat objects of dtype, shape and data_offsets.
class WeightFile {
 public:
  /// Errors: io, input (not such a file).
  static Result<WeightFile> open(const std::string& path);
  static Result<WeightFile> from_bytes(const std::string& name, std::string bytes);

  /// Every weight of a graph, in its order; each has the graph's type and its shape. Errors: input.
  Result<std::vector<HostTensor>> weights_of(const Graph& graph) const;

 private:
  struct Entry {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  std::string name_;
  std::string bytes_;
  std::size_t data_ = 0;  ///< where the data begins
  std::map<std::string, Entry> entries_;
};

/// model.safetensors of a graph whose weights are drawn: the same bytes wherever it is made.
std::string drawn_weights(const Graph& graph, std::uint64_t seed);

}  // namespace weft::reference::cuda
