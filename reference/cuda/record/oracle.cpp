// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/kernels.h"

namespace weft::reference::cuda {
namespace {

using Vector = std::vector<double>;

Vector transposed(const Vector& matrix, std::int64_t rows, std::int64_t columns) {
  Vector result(matrix.size());
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      result[c * rows + r] = matrix[r * columns + c];
    }
  }
  return result;
}

Vector rotate(const Node& node, const Vector& x, std::int64_t rows, int first) {
  const RopeScaling& scaling = node.rope_scaling;
  const RopeShape shape{node.heads,
                        node.head_dim,
                        node.rope_theta,
                        scaling.factor,
                        scaling.low_frequency,
                        scaling.high_frequency,
                        static_cast<double>(scaling.original_context)};
  const std::int64_t width = std::int64_t{node.heads} * node.head_dim;
  Vector all(static_cast<std::size_t>(first * width));  // rows before the first one
  all.insert(all.end(), x.begin(), x.end());
  Vector y(all.size());
  rope(all.data(), first + rows, shape, y.data(), static_cast<double*>(nullptr));
  return {y.begin() + first * width, y.end()};
}

Vector attend(const Node& node, const Vector& q, const Vector& k, const Vector& v,
              std::int64_t rows, int first) {
  const int dim = node.head_dim;
  const std::int64_t q_width = std::int64_t{node.heads} * dim;
  const std::int64_t kv_width = std::int64_t{node.kv_heads} * dim;
  Vector y(q.size());
  Vector weights;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (int head = 0; head < node.heads; ++head) {
      const std::int64_t kv = std::int64_t{head / (node.heads / node.kv_heads)} * dim;
      const std::int64_t at = row * q_width + std::int64_t{head} * dim;
      weights.assign(static_cast<std::size_t>(first + row + 1), 0);
      for (std::size_t j = 0; j < weights.size(); ++j) {
        for (int i = 0; i < dim; ++i) {
          weights[j] += q[at + i] * k[j * kv_width + kv + i];
        }
      }
      const double largest = *std::ranges::max_element(weights);
      double sum = 0;
      for (double& weight : weights) {
        weight = std::exp(node.scale * (weight - largest));
        sum += weight;
      }
      for (std::size_t j = 0; j < weights.size(); ++j) {
        for (int i = 0; i < dim; ++i) {
          y[at + i] += weights[j] / sum * v[j * kv_width + kv + i];
        }
      }
    }
  }
  return y;
}

/// `weight` with its shape; both empty where the operation has none.
Vector apply(const Node& node, const std::vector<const Vector*>& in, const Vector& weight,
             const std::vector<std::int64_t>& shape, std::int64_t rows, int first) {
  const Vector& x = *in[0];
  const std::int64_t width = static_cast<std::int64_t>(x.size()) / rows;
  Vector y;
  switch (node.op) {
    case Op::embedding:
      for (const double token : x) {
        const auto row = weight.begin() + static_cast<std::int64_t>(token) * shape[1];
        y.insert(y.end(), row, row + shape[1]);
      }
      return y;
    case Op::rms_norm:
      y.resize(x.size());
      rms_norm(x.data(), weight.data(), rows, width, node.epsilon, y.data());
      return y;
    case Op::linear:
      y.resize(static_cast<std::size_t>(rows * shape[0]));
      linear(x.data(), transposed(weight, shape[0], shape[1]).data(), rows, width, shape[0],
             y.data());
      return y;
    case Op::rope:
      return rotate(node, x, rows, first);
    case Op::attention:
      return attend(node, x, *in[1], *in[2], rows, first);
    case Op::silu_mul:
      y.resize(x.size());
      silu_mul(x.data(), in[1]->data(), static_cast<std::int64_t>(x.size()), y.data());
      return y;
    case Op::add:
      y = x;
      for (std::size_t i = 0; i < y.size(); ++i) {
        y[i] += (*in[1])[i];
      }
      return y;
    case Op::argmax:
      for (std::int64_t row = 0; row < rows; ++row) {
        y.push_back(static_cast<double>(argmax(x.data() + row * width, width)));
      }
      return y;
  }
  return y;
}

bool has_weight(Op op) { return op == Op::embedding || op == Op::rms_norm || op == Op::linear; }

}  // namespace

Vector exact_op(const Node& node, const std::vector<HostTensor>& inputs, int first) {
  std::vector<Vector> values;
  for (const HostTensor& input : inputs) {
    values.push_back(values_of(input));
  }
  std::vector<const Vector*> in;
  for (const Vector& value : values) {
    in.push_back(&value);
  }
  const std::int64_t rows = inputs[0].shape[0];
  return has_weight(node.op) ? apply(node, in, values[1], inputs[1].shape, rows, first)
                             : apply(node, in, {}, {}, rows, first);
}

std::vector<Vector> exact_run(const Graph& graph, const std::vector<HostTensor>& weights,
                              const std::vector<int>& tokens) {
  const Vector ids(tokens.begin(), tokens.end());
  std::vector<Vector> outputs;
  for (const Node& node : graph.nodes) {
    std::vector<const Vector*> in;
    for (const int source : node.sources) {
      in.push_back(source == kTokens ? &ids : &outputs[static_cast<std::size_t>(source)]);
    }
    const bool weighted = node.weight >= 0;
    const auto index = static_cast<std::size_t>(weighted ? node.weight : 0);
    outputs.push_back(apply(node, in, weighted ? values_of(weights[index]) : Vector(),
                            graph.weights[index].shape, static_cast<std::int64_t>(tokens.size()),
                            0));
  }
  return outputs;
}

Errors errors_of(const HostTensor& output, const Vector& exact) {
  const Vector values = values_of(output);
  Errors errors;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double error = std::abs(values[i] - exact[i]);
    if (!std::isfinite(error)) {
      return {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    }
    errors.max = std::max(errors.max, error);
    squares += error * error;
  }
  errors.rms = std::sqrt(squares / static_cast<double>(std::max<std::size_t>(values.size(), 1)));
  return errors;
}

double relative_error(const HostTensor& output, const Vector& exact) {
  double squares = 0;
  for (const double value : exact) {
    squares += value * value;
  }
  const double size =
      std::sqrt(squares / static_cast<double>(std::max<std::size_t>(exact.size(), 1)));
  const double error = errors_of(output, exact).rms;
  return size > 0 ? error / size : error;
}

}  // namespace weft::reference::cuda
