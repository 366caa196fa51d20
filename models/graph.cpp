// SPDX-License-Identifier: Apache-2.0
#include "models/graph.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace weft::models {
namespace {

using Shape = std::vector<std::int64_t>;

/// Shapes of one node while they are checked: states the place once for every message.
class NodeShapes {
 public:
  NodeShapes(const Node& node, std::vector<Shape> inputs)
      : node_(node), inputs_(std::move(inputs)) {}

  Result<Shape> output() const {
    const std::size_t wanted = operands();
    if (inputs_.size() != wanted) {
      return fault(fmt::format("takes {} inputs, has {}", wanted, inputs_.size()));
    }
    switch (node_.op()) {
      case EMBEDDING:
        return embedding();
      case RMS_NORM:
        return rms_norm();
      case LINEAR:
        return linear();
      case ROPE:
        return rope();
      case ATTENTION:
        return attention();
      case SILU_MUL:
      case ADD:
        return same(0, 1);
      case ARGMAX:
        return rank(0, 2) ? Result<Shape>(Shape{inputs_[0][0]})
                          : fault("wants [tokens, vocabulary]");
      default:
        return fault("has no known operation");
    }
  }

 private:
  std::size_t operands() const {
    switch (node_.op()) {
      case ROPE:
      case ARGMAX:
        return 1;
      case ATTENTION:
        return 3;
      case OP_UNKNOWN:
        return inputs_.size();
      default:
        return 2;
    }
  }

  Error fault(std::string_view message) const {
    std::string shapes;
    for (const Shape& shape : inputs_) {
      shapes += " " + shape_text(shape);
    }
    return input_error(fmt::format("graph node '{}' ({}): {}; input shapes{}", node_.name(),
                                   Op_Name(node_.op()), message, shapes));
  }

  bool rank(std::size_t input, std::size_t dimensions) const {
    return inputs_[input].size() == dimensions;
  }

  Result<Shape> embedding() const {
    if (!rank(0, 1) || !rank(1, 2)) {
      return fault("wants tokens [tokens] and a table [vocabulary, width]");
    }
    return Shape{inputs_[0][0], inputs_[1][1]};
  }

  Result<Shape> rms_norm() const {
    if (!rank(0, 2) || !rank(1, 1) || inputs_[0][1] != inputs_[1][0]) {
      return fault("wants x [tokens, width] and a gain [width]");
    }
    return inputs_[0];
  }

  Result<Shape> linear() const {
    if (!rank(0, 2) || !rank(1, 2) || inputs_[0][1] != inputs_[1][1]) {
      return fault("wants x [tokens, k] and a weight [n, k]");
    }
    return Shape{inputs_[0][0], inputs_[1][0]};
  }

  Result<Shape> rope() const {
    if (node_.heads() < 1 || node_.head_dim() < 2 || node_.head_dim() % 2 != 0) {
      return fault(fmt::format("wants heads and an even head_dim, has {} and {}", node_.heads(),
                               node_.head_dim()));
    }
    if (!rank(0, 2) || inputs_[0][1] != width(node_.heads())) {
      return fault(fmt::format("wants x [tokens, {}]", width(node_.heads())));
    }
    return inputs_[0];
  }

  Result<Shape> attention() const {
    if (node_.kv_heads() < 1 || node_.heads() < 1 || node_.heads() % node_.kv_heads() != 0) {
      return fault(fmt::format("heads {} are not a multiple of kv_heads {}", node_.heads(),
                               node_.kv_heads()));
    }
    const std::int64_t q = width(node_.heads());
    const std::int64_t kv = width(node_.kv_heads());
    if (!rank(0, 2) || inputs_[0][1] != q || inputs_[1] != Shape{inputs_[0][0], kv} ||
        inputs_[2] != inputs_[1]) {
      return fault(fmt::format("wants q [tokens, {}], k and v [tokens, {}]", q, kv));
    }
    return inputs_[0];
  }

  Result<Shape> same(std::size_t a, std::size_t b) const {
    return inputs_[a] == inputs_[b] ? Result<Shape>(inputs_[a]) : fault("wants equal shapes");
  }

  std::int64_t width(int heads) const { return std::int64_t{heads} * node_.head_dim(); }

  const Node& node_;
  std::vector<Shape> inputs_;
};

}  // namespace

DType dtype_of(ElementType type) {
  switch (type) {
    case F16:
      return DType::f16;
    case BF16:
      return DType::bf16;
    case I32:
      return DType::i32;
    default:
      return DType::f32;
  }
}

ElementType element_type_of(DType type) {
  switch (type) {
    case DType::f32:
      return F32;
    case DType::f16:
      return F16;
    case DType::bf16:
      return BF16;
    case DType::i32:
      return I32;
  }
  return F32;
}

const Tensor* find_tensor(const Graph& graph, const std::string& name) {
  for (const Tensor& tensor : graph.tensors()) {
    if (tensor.name() == name) {
      return &tensor;
    }
  }
  return nullptr;
}

const Node* find_node(const Graph& graph, const std::string& name) {
  for (const Node& node : graph.nodes()) {
    if (node.name() == name) {
      return &node;
    }
  }
  return nullptr;
}

const Tensor* weight_of(const Graph& graph, const Node& node) {
  for (int i = node.inputs_size() - 1; i >= 0; --i) {
    const Tensor* tensor = find_tensor(graph, node.inputs(i));
    if (tensor != nullptr && !tensor->weight_name().empty()) {
      return tensor;
    }
  }
  return nullptr;
}

std::string graph_hash(const Graph& graph) {
  Graph bare = graph;
  bare.clear_name();
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    bare.SerializeToCodedStream(&coded);
  }
  return content_hash(bytes);
}

std::int64_t parameter_count(const Graph& graph) {
  std::int64_t total = 0;
  for (const Tensor& tensor : graph.tensors()) {
    if (!tensor.weight_name().empty()) {
      std::int64_t elements = 1;
      for (std::int64_t dimension : tensor.shape()) {
        elements *= dimension;
      }
      total += elements;
    }
  }
  return total;
}

std::span<const std::int64_t> shape_of(const Tensor& tensor) {
  return {tensor.shape().data(), static_cast<std::size_t>(tensor.shape_size())};
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (std::int64_t dimension : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(dimension);
  }
  return text + "]";
}

Status infer_shapes(Graph& graph) {
  std::map<std::string, int> places;    // tensor name -> index
  std::map<std::string, bool> defined;  // weights, graph inputs, outputs of nodes seen so far
  for (int i = 0; i < graph.tensors_size(); ++i) {
    const std::string& name = graph.tensors(i).name();
    if (!places.emplace(name, i).second) {
      return input_error(fmt::format("graph tensor '{}' is declared twice", name));
    }
    defined[name] = true;
  }
  for (const Node& node : graph.nodes()) {
    if (defined.contains(node.name()) && !defined[node.name()]) {
      return input_error(fmt::format("graph node '{}' is declared twice", node.name()));
    }
    defined[node.name()] = false;
  }
  for (const Node& node : graph.nodes()) {
    std::vector<Shape> inputs;
    for (const std::string& name : node.inputs()) {
      const auto known = defined.find(name);
      if (known == defined.end() || !known->second) {
        return input_error(fmt::format(
            "graph node '{}' reads '{}', which {}", node.name(), name,
            known == defined.end() ? "is not in the graph" : "no earlier node has written"));
      }
      const auto shape = shape_of(graph.tensors(places.at(name)));
      inputs.emplace_back(shape.begin(), shape.end());
    }
    WEFT_ASSIGN(const Shape shape, NodeShapes(node, std::move(inputs)).output());
    const auto [place, is_new] = places.emplace(node.name(), graph.tensors_size());
    if (is_new) {
      Tensor* tensor = graph.add_tensors();
      tensor->set_name(node.name());
      tensor->set_dtype(node.op() == ARGMAX ? I32 : graph.dtype());
    }
    auto* output = graph.mutable_tensors(place->second);
    output->mutable_shape()->Assign(shape.begin(), shape.end());
    defined[node.name()] = true;
  }
  return {};
}

}  // namespace weft::models
