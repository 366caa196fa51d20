// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/elementary.h"
#include "base/half.h"
#include "models/graph.h"

namespace weft::judge {

/// A stand-in for the simulated machine: fp16 storage, fp32 arithmetic, every product split over
/// `parts` tiles whose partial sums are added last part first, softmax online in blocks of `block`
/// keys. Computes one graph node; `weight` is decoded storage values.
class HalfMachine {
 public:
  using Row = std::vector<float>;

  HalfMachine(int parts, std::int64_t block) : parts_(parts), block_(block) {}

  Row run(const models::Node& node, const std::vector<const Row*>& in, const Row& weight,
          std::int64_t rows) const {
    switch (node.op()) {
      case models::RMS_NORM:
        return norm(*in[0], weight, rows, static_cast<float>(node.epsilon()));
      case models::LINEAR:
        return linear(*in[0], weight, rows, node.name() == "logits" ? DType::f32 : DType::f16);
      case models::ROPE:
        return rope(*in[0], rows, node);
      case models::ATTENTION:
        return attention(*in[0], *in[1], *in[2], rows, node);
      case models::SILU_MUL:
        return pairwise(*in[0], *in[1], [](float g, float u) { return silu_f32(g) * u; });
      default:
        return pairwise(*in[0], *in[1], [](float a, float b) { return a + b; });
    }
  }

 private:
  static float stored(float value) { return f16_to_f32(f32_to_f16(value)); }

  template <class F>
  static Row pairwise(const Row& a, const Row& b, F f) {
    Row y(a.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] = stored(f(a[i], b[i]));
    }
    return y;
  }

  /// Sum of term(0..count-1): fp32, ascending within a part, parts last to first.
  template <class F>
  float split_sum(std::size_t count, F term) const {
    float total = 0;
    const auto parts = static_cast<std::size_t>(parts_);
    for (std::size_t p = parts; p-- > 0;) {
      float part = 0;
      for (std::size_t k = p * count / parts; k < (p + 1) * count / parts; ++k) {
        part += term(k);
      }
      total += part;
    }
    return total;
  }

  Row linear(const Row& x, const Row& weight, std::int64_t rows, DType output) const {
    const std::size_t inputs = x.size() / static_cast<std::size_t>(rows);
    const std::size_t outputs = weight.size() / inputs;
    Row y;
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
      for (std::size_t n = 0; n < outputs; ++n) {
        const float sum = split_sum(
            inputs, [&](std::size_t k) { return x[r * inputs + k] * weight[n * inputs + k]; });
        y.push_back(output == DType::f32 ? sum : stored(sum));
      }
    }
    return y;
  }

  Row norm(const Row& x, const Row& gain, std::int64_t rows, float epsilon) const {
    const std::size_t width = x.size() / static_cast<std::size_t>(rows);
    Row y;
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
      const float* row = x.data() + r * width;
      const float squares = split_sum(width, [&](std::size_t k) { return row[k] * row[k]; });
      const float root = rsqrt_f32(squares / static_cast<float>(width) + epsilon);
      for (std::size_t i = 0; i < width; ++i) {
        y.push_back(stored(row[i] * root * gain[i]));
      }
    }
    return y;
  }

  static Row rope(const Row& x, std::int64_t rows, const models::Node& node) {
    const int half = node.head_dim() / 2;
    Row y(x.size());
    for (std::int64_t t = 0; t < rows; ++t) {
      for (int i = 0; i < half; ++i) {
        const double angle =
            static_cast<double>(t) * std::pow(node.rope_theta(), -2.0 * i / node.head_dim());
        const auto c = static_cast<float>(std::cos(angle));
        const auto s = static_cast<float>(std::sin(angle));
        for (int h = 0; h < node.heads(); ++h) {
          const auto low = static_cast<std::size_t>((t * node.heads() + h) * node.head_dim() + i);
          const std::size_t high = low + static_cast<std::size_t>(half);
          y[low] = stored(x[low] * c - x[high] * s);
          y[high] = stored(x[high] * c + x[low] * s);
        }
      }
    }
    return y;
  }

  Row attention(const Row& q, const Row& k, const Row& v, std::int64_t rows,
                const models::Node& node) const {
    const std::int64_t d = node.head_dim();
    const std::int64_t kv_width = node.kv_heads() * d;
    Row y(q.size());
    for (std::int64_t row = 0; row < rows; ++row) {
      for (int h = 0; h < node.heads(); ++h) {
        const std::size_t at = static_cast<std::size_t>((row * node.heads() + h) * d);
        const std::int64_t kv = h / (node.heads() / node.kv_heads()) * d;
        float largest = -INFINITY;
        float sum = 0;
        Row mixed(static_cast<std::size_t>(d), 0.0F);
        for (std::int64_t begin = 0; begin <= row; begin += block_) {
          const std::int64_t end = std::min(begin + block_, row + 1);
          Row scores;
          for (std::int64_t j = begin; j < end; ++j) {
            const auto key = static_cast<std::size_t>(j * kv_width + kv);
            scores.push_back(static_cast<float>(node.scale()) *
                             split_sum(static_cast<std::size_t>(d),
                                       [&](std::size_t i) { return q[at + i] * k[key + i]; }));
          }
          const float before = largest;
          for (float score : scores) {
            largest = std::max(largest, score);
          }
          const float rescale = begin == 0 ? 0 : exp_f32(before - largest);
          sum *= rescale;
          for (float& value : mixed) {
            value *= rescale;
          }
          for (std::int64_t j = begin; j < end; ++j) {
            const float p = exp_f32(scores[static_cast<std::size_t>(j - begin)] - largest);
            sum += p;
            for (std::int64_t i = 0; i < d; ++i) {
              mixed[static_cast<std::size_t>(i)] +=
                  p * v[static_cast<std::size_t>(j * kv_width + kv + i)];
            }
          }
        }
        for (std::size_t i = 0; i < mixed.size(); ++i) {
          y[at + i] = stored(mixed[i] / sum);
        }
      }
    }
    return y;
  }

  int parts_;
  std::int64_t block_;
};

}  // namespace weft::judge
