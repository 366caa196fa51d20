// SPDX-License-Identifier: Apache-2.0
#include "reference/engine.h"

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <unordered_map>

#include "base/half.h"
#include "models/graph.h"
#include "reference/kernels.h"

namespace weft::reference {
namespace {

using models::Node;

template <class T>
std::vector<T> rounded(const std::vector<double>& data) {
  return {data.begin(), data.end()};
}

template <class T>
Values widened(std::vector<std::int64_t> shape, const std::vector<T>& data) {
  return {std::move(shape), {data.begin(), data.end()}};
}

template <class T>
std::vector<T> magnitudes(std::vector<T> data) {
  for (T& value : data) {
    value = std::abs(value);
  }
  return data;
}

template <class T>
class PreciseEngine final : public Engine {
 public:
  PreciseEngine(const models::Graph& graph, const TensorFile& weights) : Engine(graph, weights) {}

  Result<NodeResult> compute(const Node& node, const std::vector<const Values*>& inputs,
                             bool want_magnitude) override {
    switch (node.op()) {
      case models::EMBEDDING:
        return embedding(node, *inputs[0]);
      case models::RMS_NORM:
        return rms_norm(node, *inputs[0]);
      case models::LINEAR:
        return linear(node, *inputs[0], want_magnitude);
      case models::ROPE:
        return rope(node, *inputs[0], want_magnitude);
      case models::ATTENTION:
        return attention(node, inputs, want_magnitude);
      case models::SILU_MUL:
        return silu_mul(*inputs[0], *inputs[1], want_magnitude);
      case models::ADD:
        return add(*inputs[0], *inputs[1]);
      case models::ARGMAX:
        return argmax(*inputs[0]);
      default:
        return input_error(fmt::format("reference of '{}': unknown operation", node.name()));
    }
  }

 private:
  struct Weight {
    std::vector<std::int64_t> shape;
    std::vector<T> values;  ///< matrices of LINEAR transposed to [inputs, outputs]
  };

  Result<const Weight*> weight_of(const Node& node) {
    const models::Tensor* tensor = models::weight_of(graph_, node);
    const TensorView* view = tensor == nullptr ? nullptr : weights_.find(tensor->weight_name());
    if (view == nullptr) {
      return input_error(fmt::format("reference of '{}': its weight is not in {}", node.name(),
                                     weights_.path().string()));
    }
    const bool transpose = node.op() == models::LINEAR;
    auto& cache = transpose ? transposed_ : plain_;
    const auto [place, is_new] = cache.try_emplace(tensor->weight_name());
    if (is_new) {
      place->second = decode(*view, transpose);
    }
    return &place->second;
  }

  static Weight decode(const TensorView& view, bool transpose) {
    Weight weight{view.shape, std::vector<T>(static_cast<std::size_t>(view.elements()))};
    const std::int64_t columns = transpose ? view.shape[1] : 1;
    const std::int64_t rows = view.elements() / columns;
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t c = 0; c < columns; ++c) {
        weight.values[static_cast<std::size_t>(c * rows + r)] =
            load_element(view.data.data(), view.dtype, r * columns + c);
      }
    }
    return weight;
  }

  Result<NodeResult> embedding(const Node& node, const Values& tokens) {
    WEFT_ASSIGN(const Weight* table, weight_of(node));
    const std::int64_t width = table->shape[1];
    NodeResult result;
    result.value.shape = {tokens.shape[0], width};
    for (double token : tokens.data) {
      if (!(token >= 0 && token < static_cast<double>(table->shape[0])) ||
          token != std::floor(token)) {
        return input_error(fmt::format("reference of '{}': token id {} is outside 0..{}",
                                       node.name(), token, table->shape[0] - 1));
      }
      const auto row = table->values.begin() + static_cast<std::int64_t>(token) * width;
      result.value.data.insert(result.value.data.end(), row, row + width);
    }
    return result;
  }

  Result<NodeResult> rms_norm(const Node& node, const Values& x) {
    WEFT_ASSIGN(const Weight* gain, weight_of(node));
    const std::vector<T> from = rounded<T>(x.data);
    std::vector<T> y(from.size());
    reference::rms_norm(from.data(), gain->values.data(), x.shape[0], x.shape[1],
                        static_cast<T>(node.epsilon()), y.data());
    return NodeResult{widened(x.shape, y), {}, {}};
  }

  Result<NodeResult> linear(const Node& node, const Values& x, bool want_magnitude) {
    WEFT_ASSIGN(const Weight* weight, weight_of(node));
    const std::int64_t rows = x.shape[0];
    const std::int64_t outputs = weight->shape[0];
    const std::vector<T> from = rounded<T>(x.data);
    std::vector<T> y(static_cast<std::size_t>(rows * outputs));
    const auto multiply = [&](const std::vector<T>& a, const std::vector<T>& b) {
      reference::linear(a.data(), b.data(), rows, x.shape[1], outputs, y.data());
      return widened({rows, outputs}, y);
    };
    NodeResult result;
    result.value = multiply(from, weight->values);
    if (want_magnitude) {
      result.magnitude = multiply(magnitudes(from), magnitudes(weight->values));
    }
    return result;
  }

  Result<NodeResult> rope(const Node& node, const Values& x, bool want_magnitude) {
    const std::vector<T> from = rounded<T>(x.data);
    std::vector<T> y(from.size());
    std::vector<T> magnitude(want_magnitude ? from.size() : 0);
    const models::RopeScaling& scaling = node.rope_scaling();
    const RopeShape shape{node.heads(),
                          node.head_dim(),
                          node.rope_theta(),
                          scaling.factor(),
                          scaling.low_frequency(),
                          scaling.high_frequency(),
                          static_cast<double>(scaling.original_context())};
    reference::rope(from.data(), x.shape[0], shape, y.data(), pointer(magnitude));
    return NodeResult{widened(x.shape, y), optional(x.shape, magnitude), {}};
  }

  Result<NodeResult> attention(const Node& node, const std::vector<const Values*>& inputs,
                               bool want_magnitude) {
    const Values& q = *inputs[0];
    const std::vector<T> from_q = rounded<T>(q.data);
    const std::vector<T> from_k = rounded<T>(inputs[1]->data);
    const std::vector<T> from_v = rounded<T>(inputs[2]->data);
    std::vector<T> y(from_q.size());
    std::vector<T> magnitude(want_magnitude ? y.size() : 0);
    std::vector<T> scores(want_magnitude ? y.size() : 0);
    const AttentionShape shape{node.heads(), node.kv_heads(), node.head_dim(), node.scale()};
    reference::attention(from_q.data(), from_k.data(), from_v.data(), q.shape[0], shape, y.data(),
                         pointer(magnitude), pointer(scores));
    return NodeResult{widened(q.shape, y), optional(q.shape, magnitude), optional(q.shape, scores)};
  }

  Result<NodeResult> silu_mul(const Values& gate, const Values& up, bool want_magnitude) {
    const std::vector<T> from_gate = rounded<T>(gate.data);
    const std::vector<T> from_up = rounded<T>(up.data);
    std::vector<T> y(from_gate.size());
    reference::silu_mul(from_gate.data(), from_up.data(), static_cast<std::int64_t>(y.size()),
                        y.data());
    const std::vector<T> magnitude = want_magnitude ? magnitudes(from_up) : std::vector<T>{};
    return NodeResult{widened(gate.shape, y), optional(gate.shape, magnitude), {}};
  }

  Result<NodeResult> add(const Values& a, const Values& b) {
    const std::vector<T> from = rounded<T>(b.data);
    std::vector<T> y = rounded<T>(a.data);
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] += from[i];
    }
    return NodeResult{widened(a.shape, y), {}, {}};
  }

  Result<NodeResult> argmax(const Values& logits) {
    NodeResult result;
    result.value.shape = {logits.shape[0]};
    for (std::int64_t row = 0; row < logits.shape[0]; ++row) {
      result.value.data.push_back(static_cast<double>(
          reference::argmax(logits.data.data() + row * logits.shape[1], logits.shape[1])));
    }
    return result;
  }

  static T* pointer(std::vector<T>& data) { return data.empty() ? nullptr : data.data(); }
  static Values optional(const std::vector<std::int64_t>& shape, const std::vector<T>& data) {
    return data.empty() ? Values{} : widened(shape, data);
  }

  std::unordered_map<std::string, Weight> plain_;
  std::unordered_map<std::string, Weight> transposed_;
};

}  // namespace

std::unique_ptr<Engine> make_engine(const models::Graph& graph, const TensorFile& weights,
                                    Precision precision) {
  if (precision == Precision::f64) {
    return std::make_unique<PreciseEngine<double>>(graph, weights);
  }
  return std::make_unique<PreciseEngine<float>>(graph, weights);
}

}  // namespace weft::reference
