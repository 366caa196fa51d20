// SPDX-License-Identifier: Apache-2.0
#include "mapper/decoder.h"

#include <fmt/format.h>

#include "models/graph.h"

namespace weft::mapper {
namespace {

using models::Graph;
using models::Node;

/// Walks the nodes in order and names the first that is not the expected one.
class Walker {
 public:
  explicit Walker(const Graph& graph) : graph_(graph) {}

  const Node* next(models::Op op) {
    if (!fault_.empty()) {
      return nullptr;
    }
    if (at_ == graph_.nodes_size()) {
      fault_ =
          fmt::format("the graph ends where a node of kind {} should follow", models::Op_Name(op));
      return nullptr;
    }
    const Node& node = graph_.nodes(at_++);
    if (node.op() != op) {
      fault_ = fmt::format("node {} is of kind {} where {} is expected", node.name(),
                           models::Op_Name(node.op()), models::Op_Name(op));
      return nullptr;
    }
    return &node;
  }

  /// Name of the weight of the next node, which must have `rows` x `columns` (0: any).
  std::string weight(models::Op op, std::int64_t rows, std::int64_t columns) {
    const Node* node = next(op);
    if (node == nullptr) {
      return {};
    }
    const models::Tensor* tensor = models::weight_of(graph_, *node);
    const auto size = [&](int axis) {
      return tensor->shape_size() > axis ? tensor->shape(axis) : std::int64_t{1};
    };
    if (tensor == nullptr || (rows != 0 && size(0) != rows) ||
        (columns != 0 && size(1) != columns)) {
      fault_ = fmt::format("node {} does not have the weight of {}x{} it should", node->name(),
                           rows, columns);
      return {};
    }
    return tensor->weight_name();
  }

  bool at_end() const { return at_ == graph_.nodes_size(); }
  const std::string& fault() const { return fault_; }

 private:
  const Graph& graph_;
  int at_ = 0;
  std::string fault_;
};

void take_layer(Walker& walk, Decoder& decoder) {
  Decoder::Layer layer;
  const std::int64_t d = decoder.width;
  const std::int64_t q = static_cast<std::int64_t>(decoder.heads) * decoder.head_dim;
  const std::int64_t kv = static_cast<std::int64_t>(decoder.kv_heads) * decoder.head_dim;
  layer.input_gain = walk.weight(models::RMS_NORM, d, 0);
  layer.q = walk.weight(models::LINEAR, q, d);
  layer.k = walk.weight(models::LINEAR, kv, d);
  layer.v = walk.weight(models::LINEAR, kv, d);
  walk.next(models::ROPE);
  walk.next(models::ROPE);
  walk.next(models::ATTENTION);
  layer.o = walk.weight(models::LINEAR, d, q);
  walk.next(models::ADD);
  layer.post_gain = walk.weight(models::RMS_NORM, d, 0);
  layer.gate = walk.weight(models::LINEAR, decoder.hidden, d);
  layer.up = walk.weight(models::LINEAR, decoder.hidden, d);
  walk.next(models::SILU_MUL);
  layer.down = walk.weight(models::LINEAR, d, decoder.hidden);
  walk.next(models::ADD);
  decoder.layers.push_back(std::move(layer));
}

}  // namespace

Result<Decoder> fuse_decoder(const Graph& graph) {
  const auto not_understood = [&](const std::string& why) {
    return input_error(
        fmt::format("model {}: {}; strategy tensor maps Llama-family decoders", graph.name(), why));
  };
  Decoder decoder;
  decoder.dtype = models::dtype_of(graph.dtype());
  decoder.vocabulary = graph.vocabulary();
  decoder.context = graph.context();
  for (const Node& node : graph.nodes()) {
    if (node.op() == models::ATTENTION) {
      decoder.heads = node.heads();
      decoder.kv_heads = node.kv_heads();
      decoder.head_dim = node.head_dim();
      decoder.scale = node.scale();
    } else if (node.op() == models::ROPE) {
      decoder.rope_theta = node.rope_theta();
      decoder.rope_scaling = node.rope_scaling();
    } else if (node.op() == models::RMS_NORM) {
      decoder.epsilon = node.epsilon();
    } else if (node.op() == models::SILU_MUL) {
      const models::Tensor* out = models::find_tensor(graph, node.name());
      decoder.hidden = out == nullptr ? 0 : static_cast<int>(out->shape(1));
    } else if (node.op() == models::EMBEDDING) {
      const models::Tensor* out = models::find_tensor(graph, node.name());
      decoder.width = out == nullptr ? 0 : static_cast<int>(out->shape(1));
    }
  }
  if (decoder.kv_heads <= 0 || decoder.heads % decoder.kv_heads != 0 || decoder.head_dim <= 0 ||
      decoder.head_dim % 2 != 0) {
    return not_understood(fmt::format("{} heads over {} kv heads of dimension {}", decoder.heads,
                                      decoder.kv_heads, decoder.head_dim));
  }
  Walker walk(graph);
  decoder.table = walk.weight(models::EMBEDDING, decoder.vocabulary, decoder.width);
  for (int l = 0; l < graph.layers(); ++l) {
    take_layer(walk, decoder);
  }
  decoder.final_gain = walk.weight(models::RMS_NORM, decoder.width, 0);
  decoder.head = walk.weight(models::LINEAR, decoder.vocabulary, decoder.width);
  walk.next(models::ARGMAX);
  if (!walk.fault().empty()) {
    return not_understood(walk.fault());
  }
  if (!walk.at_end()) {
    return not_understood("nodes follow the arg-max");
  }
  return decoder;
}

}  // namespace weft::mapper
