// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/model.h"

#include <algorithm>

#include "reference/drawn.h"

namespace weft::reference::cuda {
namespace {

const Node* first_of(const Graph& graph, Op op) {
  const auto found = std::ranges::find(graph.nodes, op, &Node::op);
  return found == graph.nodes.end() ? nullptr : &*found;
}

}  // namespace

Result<std::unique_ptr<Model>> Model::create(Device& device, Graph graph,
                                             const ModelOptions& options) {
  std::unique_ptr<Model> model(new Model(device, std::move(graph), options));
  WEFT_TRY(model->allocate());
  return model;
}

/// The final norm, the logits and the token: what a prompt needs for its last position alone.
bool Model::is_head(const Node& node) const {
  return options_.last_row_only && node.layer < 0 && node.op != Op::embedding;
}

Status Model::allocate() {
  std::vector<std::int64_t> rows;
  for (const Node& node : graph_.nodes) {
    rows.push_back(std::int64_t{options_.sequences} * (is_head(node) ? 1 : options_.rows));
  }
  plan_ = plan_memory(graph_, rows, options_.keep);
  WEFT_ASSIGN(weights_, Buffer::allocate(plan_.weight_bytes));
  WEFT_ASSIGN(outputs_, Buffer::allocate(plan_.output_bytes));
  WEFT_TRY(device_.poison(outputs_.data(), outputs_.bytes()));
  WEFT_ASSIGN(control_,
              Buffer::allocate(sizeof(int) *
                               static_cast<std::size_t>(1 + options_.sequences * options_.rows)));
  if (const Node* attention = first_of(graph_, Op::attention)) {
    cache_shape_ = {attention->kv_heads, options_.capacity, attention->head_dim};
    const auto layers =
        static_cast<std::size_t>(std::ranges::count(graph_.nodes, Op::attention, &Node::op));
    cache_bytes_ = static_cast<std::size_t>(options_.sequences * cache_shape_.per_sequence() *
                                            bytes_of(graph_.dtype));
    WEFT_ASSIGN(caches_, Buffer::allocate(layers * 2 * cache_bytes_));
    WEFT_TRY(device_.poison(caches_.data(), caches_.bytes()));
  }
  const Node* rope = first_of(graph_, Op::rope);
  return rope == nullptr ? Status() : make_rotation(*rope);
}

Status Model::make_rotation(const Node& node) {
  const RopeTable table = make_rope_table(node, options_.capacity);
  const std::size_t bytes = table.cosines.size() * sizeof(float);
  WEFT_ASSIGN(angles_, Buffer::allocate(2 * bytes));
  WEFT_TRY(device_.upload(angles_.data(), table.cosines.data(), bytes));
  WEFT_TRY(device_.upload(angles_.at(bytes), table.sines.data(), bytes));
  WEFT_TRY(device_.synchronize());
  rotation_ = {angles_.as<float>(), angles_.as<float>() + table.cosines.size(), node.heads,
               node.head_dim};
  return {};
}

Status Model::load(std::size_t weight, const void* bytes, std::size_t size) {
  const Weight& what = graph_.weights[weight];
  if (size != static_cast<std::size_t>(what.elements() * bytes_of(graph_.dtype))) {
    return input_error("CUDA reference: weight '" + what.name + "' has " + std::to_string(size) +
                       " bytes, which is not what its shape asks for");
  }
  WEFT_TRY(device_.upload(this->weight(weight), bytes, size));
  return device_.synchronize();
}

Status Model::draw(std::uint64_t seed) {
  for (std::size_t i = 0; i < graph_.weights.size(); ++i) {
    const Law law = law_of_weight(graph_.weights[i].shape);
    WEFT_TRY(cuda::draw(device_, {weight(i), graph_.dtype, 1, graph_.weights[i].elements()},
                        law.center, law.spread, seed, i));
  }
  return {};
}

Status Model::draw_caches(std::uint64_t seed) {
  const std::int64_t elements = static_cast<std::int64_t>(caches_.bytes()) / bytes_of(graph_.dtype);
  return cuda::draw(device_, {caches_.data(), graph_.dtype, 1, elements}, 0, 1, seed, 0);
}

Cache Model::cache(int layer) const {
  const std::size_t at = static_cast<std::size_t>(layer) * 2 * cache_bytes_;
  return {caches_.at(at), caches_.at(at + cache_bytes_), graph_.dtype, cache_shape_};
}

Matrix Model::output_of(std::size_t node, std::int64_t rows) const {
  const Node& what = graph_.nodes[node];
  return {outputs_.at(plan_.outputs[node]), what.dtype, rows, what.width};
}

Matrix Model::input_of(const Node& node, std::size_t source, int rows) const {
  const auto from = static_cast<std::size_t>(node.sources[source]);
  const std::int64_t all = std::int64_t{options_.sequences} * rows;
  if (!is_head(node)) {
    return output_of(from, all);
  }
  Matrix matrix = output_of(from, 1);
  if (!is_head(graph_.nodes[from])) {
    matrix.data =
        static_cast<std::byte*>(matrix.data) + (all - 1) * matrix.width * bytes_of(matrix.dtype);
  }
  return matrix;
}

Status Model::forward(const std::vector<int>& tokens, int first, int rows) {
  if (rows < 1 || rows > options_.rows || first < 0 || first + rows > options_.capacity ||
      tokens.size() != static_cast<std::size_t>(rows) * options_.sequences) {
    return input_error("CUDA reference: " + std::to_string(tokens.size()) +
                       " tokens from position " + std::to_string(first) +
                       " do not fit a run of at most " + std::to_string(options_.capacity) +
                       " positions");
  }
  for (const int token : tokens) {
    if (token < 0 || token >= graph_.vocabulary) {
      return input_error("CUDA reference: token id " + std::to_string(token) + " is outside 0.." +
                         std::to_string(graph_.vocabulary - 1));
    }
  }
  WEFT_TRY(device_.upload(this->first(), &first, sizeof(first)));
  WEFT_TRY(device_.upload(this->tokens(), tokens.data(), tokens.size() * sizeof(int)));
  WEFT_TRY(device_.synchronize());
  rows_ = rows;
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    WEFT_TRY(run(graph_.nodes[i], i, first, rows));
  }
  return {};
}

Status Model::run(const Node& node, std::size_t index, int first, int rows) {
  const std::int64_t count = is_head(node) ? 1 : std::int64_t{options_.sequences} * rows;
  const Matrix y = output_of(index, count);
  const Steps steps{this->first(), rows};
  const auto input = [&](std::size_t source) { return input_of(node, source, rows); };
  const auto own_weight = [&] {
    const Weight& what = graph_.weights[static_cast<std::size_t>(node.weight)];
    return Matrix{weight(static_cast<std::size_t>(node.weight)), graph_.dtype, what.shape.front(),
                  what.shape.back()};
  };
  switch (node.op) {
    case Op::embedding:
      return embed(device_, tokens(), own_weight(), y);
    case Op::rms_norm: {
      const Kernel kernel = rows_fit_packs(y.dtype, y.width) ? Kernel::block : Kernel::plain;
      return rms_norm(device_, kernel, input(0), own_weight().data, node.epsilon, y);
    }
    case Op::linear:
      return linear(device_, Kernel::cublas, options_.accumulate, input(0), own_weight(), y);
    case Op::rope: {
      Rotation rotation = rotation_;
      rotation.heads = node.heads;
      return rope(device_, input(0), rotation, steps, y);
    }
    case Op::attention: {
      const Cache own = cache(node.layer);
      WEFT_TRY(append(device_, input(1), input(2), steps, own));
      Kernel kernel = Kernel::block;
      if (options_.fast && rows == 1 && split_fits(y.dtype, own.shape, node.heads)) {
        kernel = Kernel::split;
      } else if (options_.fast && rows > 1 && options_.sequences == 1) {
        kernel = Kernel::cublas;
      }
      return attention(device_, kernel, input(0), own, steps, first, node.heads, node.scale, y);
    }
    case Op::silu_mul:
      return silu_mul(device_, input(0), input(1), y);
    case Op::add:
      return add(device_, input(0), input(1), y);
    case Op::argmax:
      return argmax(device_, Kernel::block, input(0), static_cast<int*>(y.data));
  }
  return internal_error("CUDA reference: unknown operation");
}

Result<HostTensor> Model::output(std::size_t node) {
  const Node& what = graph_.nodes[node];
  const std::int64_t rows = is_head(what) ? 1 : std::int64_t{options_.sequences} * rows_;
  std::vector<std::int64_t> shape{rows, what.width};
  if (what.op == Op::argmax) {
    shape.pop_back();
  }
  HostTensor tensor = make_tensor(std::move(shape), what.dtype);
  WEFT_TRY(device_.download(tensor.data.data(), output_of(node, rows).data, tensor.data.size()));
  return tensor;
}

}  // namespace weft::reference::cuda
