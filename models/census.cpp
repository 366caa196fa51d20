// SPDX-License-Identifier: Apache-2.0
#include "models/census.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "models/graph.h"

namespace weft::models {
namespace {

/// Floating-point operations on each element of an elementwise op.
constexpr double kNorm = 4;     // square, add, times the root, times the gain
constexpr double kRope = 3;     // four products and two sums a pair
constexpr double kSiluMul = 5;  // negate, exp, add, divide, multiply
constexpr double kSoftmax = 5;  // scale, max, subtract, exp, add

/// Works out one node after the other; tensors by name.
class Counter {
 public:
  Counter(const Graph& graph, const Step& step) : step_(step) {
    for (const Tensor& tensor : graph.tensors()) {
      tensors_[tensor.name()] = &tensor;
    }
    element_ = static_cast<double>(bytes_of(dtype_of(graph.dtype())));
  }

  Work of(const Node& node) const {
    const bool last_only = node.op() == ARGMAX || node.name() == "logits";
    const auto rows = static_cast<double>(last_only ? 1 : step_.tokens);
    const double out = rows * width(node.name());
    Work work;
    work.nodes = 1;
    work.activation_bytes = rows * stored_width(node.name());
    for (const std::string& input : node.inputs()) {
      const Tensor& tensor = *tensors_.at(input);
      if (tensor.weight_name().empty()) {
        work.activation_bytes += rows * stored_width(input);
      } else {
        work.weight_bytes += node.op() == EMBEDDING ? out * element_ : elements(tensor) * element_;
      }
    }
    switch (node.op()) {
      case LINEAR:
        work.flops = 2 * out * width(node.inputs(0));
        break;
      case ATTENTION:
        attention(node, out, work);
        break;
      case RMS_NORM:
        work.flops = kNorm * out;
        break;
      case ROPE:
        work.flops = kRope * out;
        break;
      case SILU_MUL:
        work.flops = kSiluMul * out;
        break;
      case ADD:
        work.flops = out;
        break;
      case ARGMAX:
        work.flops = rows * width(node.inputs(0));
        break;
      default:
        break;
    }
    return work;
  }

 private:
  void attention(const Node& node, double out, Work& work) const {
    const auto tokens = static_cast<double>(step_.tokens);
    const auto context = static_cast<double>(step_.context);
    const double pairs = tokens * (context - tokens) + tokens * (tokens + 1) / 2;
    work.flops = pairs * node.heads() * (4.0 * node.head_dim() + kSoftmax) + out;
    // Keys and values come from the cache, not from the nodes before.
    const double position = 2.0 * node.kv_heads() * node.head_dim() * element_;
    work.kv_bytes = (context + tokens) * position;
    work.activation_bytes -= tokens * position;
  }

  // Elements of a row; a list of ids has one.
  double width(const std::string& name) const {
    const auto shape = shape_of(*tensors_.at(name));
    return shape.size() < 2 ? 1 : static_cast<double>(shape.back());
  }
  double stored_width(const std::string& name) const {
    return width(name) * static_cast<double>(bytes_of(dtype_of(tensors_.at(name)->dtype())));
  }
  static double elements(const Tensor& tensor) {
    double count = 1;
    for (const std::int64_t size : tensor.shape()) {
      count *= static_cast<double>(size);
    }
    return count;
  }

  Step step_;
  double element_ = 0;
  std::unordered_map<std::string_view, const Tensor*> tensors_;
};

}  // namespace

Work& Work::operator+=(const Work& other) {
  nodes += other.nodes;
  flops += other.flops;
  weight_bytes += other.weight_bytes;
  kv_bytes += other.kv_bytes;
  activation_bytes += other.activation_bytes;
  return *this;
}

Census take_census(const Graph& graph, const Step& step) {
  const Counter counter(graph, step);
  Census census;
  for (const Node& node : graph.nodes()) {
    const Work work = counter.of(node);
    census.ops[static_cast<std::size_t>(node.op())] += work;
    census.total += work;
  }
  return census;
}

double weight_bytes(const Graph& graph) {
  return static_cast<double>(parameter_count(graph)) *
         static_cast<double>(bytes_of(dtype_of(graph.dtype())));
}

double cache_bytes(const Graph& graph, std::int64_t context) {
  double positions = 0;
  for (const Node& node : graph.nodes()) {
    positions += node.op() == ATTENTION ? 2.0 * node.kv_heads() * node.head_dim() : 0;
  }
  return positions * static_cast<double>(context) *
         static_cast<double>(bytes_of(dtype_of(graph.dtype())));
}

}  // namespace weft::models
