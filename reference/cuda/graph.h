// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/dtype.h"

/// models/graph.proto as plain structs: what nvcc and a machine without protobuf can translate.
namespace weft::reference::cuda {

/// Numbers and meaning of models.Op.
enum class Op { embedding = 1, rms_norm, linear, rope, attention, silu_mul, add, argmax };

struct RopeScaling {
  double factor = 0;  ///< 0: none
  double low_frequency = 0;
  double high_frequency = 0;
  int original_context = 0;

  bool operator==(const RopeScaling&) const = default;
};

struct Weight {
  std::string name;
  std::vector<std::int64_t> shape;

  std::int64_t elements() const;
  bool operator==(const Weight&) const = default;
};

struct Node {
  std::string name;
  Op op = Op::add;
  std::vector<int> sources;  ///< nodes whose outputs it reads, in order; kTokens: the token ids
  int weight = -1;           ///< index into Graph::weights, or -1
  int layer = -1;
  std::int64_t width = 0;  ///< of a row of the output; ARGMAX: 1
  DType dtype = DType::f16;
  double epsilon = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  double rope_theta = 0;
  double scale = 0;
  RopeScaling rope_scaling;

  bool operator==(const Node&) const = default;
};

inline constexpr int kTokens = -1;

struct Graph {
  std::string name;
  DType dtype = DType::f16;
  int vocabulary = 0;
  int context = 0;
  std::vector<Weight> weights;  ///< in order of first use
  std::vector<Node> nodes;      ///< in execution order

  /// Index of a node, or -1.
  int find(std::string_view node) const;
  std::int64_t parameters() const;
};

/// One tensor in host memory: row-major, little-endian.
struct HostTensor {
  std::vector<std::int64_t> shape;
  DType dtype = DType::f16;
  std::vector<std::byte> data;

  std::int64_t elements() const;
};

/// Zeros of a shape.
HostTensor make_tensor(std::vector<std::int64_t> shape, DType dtype);
std::vector<double> values_of(const HostTensor& tensor);
void set_value(HostTensor& tensor, std::int64_t index, float value);

}  // namespace weft::reference::cuda
