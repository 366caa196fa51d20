// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/decoder.h"

#include <algorithm>

#include "reference/cuda/ops_decode.h"

namespace weft::reference::cuda {

Result<std::unique_ptr<Decoder>> Decoder::create(Model& model, const LlamaShape& shape,
                                                 int rows_per_warp) {
  std::unique_ptr<Decoder> decoder(new Decoder(model, shape, rows_per_warp));
  WEFT_TRY(decoder->find_weights());
  WEFT_TRY(decoder->allocate());
  return decoder;
}

/// The order in which make_llama adds weights.
Status Decoder::find_weights() {
  constexpr std::size_t per_layer = 9;
  const std::vector<Weight>& weights = model_.graph().weights;
  for (int i = 0; i < shape_.layers; ++i) {
    const std::size_t at = 1 + per_layer * static_cast<std::size_t>(i);
    layers_.push_back({at, at + 1, at + 4, at + 5, at + 6, at + 7, at + 8});
  }
  norm_ = 1 + per_layer * static_cast<std::size_t>(shape_.layers);
  head_ = shape_.tied_head ? table_ : norm_ + 1;
  if (weights.size() != norm_ + (shape_.tied_head ? 1 : 2)) {
    return input_error("CUDA reference: '" + model_.graph().name +
                       "' is not the model of its shape");
  }
  const std::int64_t size = bytes_of(shape_.dtype);
  for (const std::size_t index : {layers_[0].q, layers_[0].q + 1}) {
    const auto* end =
        static_cast<std::byte*>(model_.weight(index)) + weights[index].elements() * size;
    if (end != model_.weight(index + 1)) {
      return input_error("CUDA reference: q, k and v of '" + model_.graph().name +
                         "' do not lie side by side; decode it without joined products");
    }
  }
  if (!rows_fit_packs(shape_.dtype, shape_.hidden) ||
      !rows_fit_packs(shape_.dtype, shape_.intermediate) ||
      !split_fits(shape_.dtype, model_.cache(0).shape, shape_.heads)) {
    return input_error("CUDA reference: rows of '" + model_.graph().name +
                       "' are no whole packs; decode it without joined products");
  }
  return {};
}

Status Decoder::allocate() {
  const std::int64_t rows = model_.options().sequences;
  const auto make = [&](Buffer& buffer, std::int64_t width, std::int64_t size) -> Status {
    WEFT_ASSIGN(buffer, Buffer::allocate(static_cast<std::size_t>(rows * width * size)));
    return model_.device().poison(buffer.data(), buffer.bytes());
  };
  const std::int64_t size = bytes_of(shape_.dtype);
  const std::int64_t q_width = std::int64_t{shape_.heads} * shape_.head_dim;
  WEFT_TRY(make(x_, shape_.hidden, size));
  WEFT_TRY(make(h_, shape_.hidden, size));
  WEFT_TRY(make(qkv_, q_width + std::int64_t{2} * shape_.kv_heads * shape_.head_dim, size));
  WEFT_TRY(make(q_, q_width, size));
  WEFT_TRY(make(mixed_, q_width, size));
  WEFT_TRY(make(gate_, shape_.intermediate, size));
  WEFT_TRY(make(up_, shape_.intermediate, size));
  WEFT_TRY(make(act_, std::max(shape_.intermediate, shape_.hidden), size));
  return make(logits_, shape_.vocabulary, 4);
}

Matrix Decoder::rows_of(const Buffer& buffer, std::int64_t width, DType dtype) const {
  return {buffer.data(), dtype, model_.options().sequences, width};
}

Status Decoder::begin(const std::vector<int>& tokens, int first) {
  if (tokens.size() != static_cast<std::size_t>(model_.options().sequences) || first < 0 ||
      first >= model_.options().capacity) {
    return input_error("CUDA reference: a step of decode takes one token a sequence");
  }
  Device& device = model_.device();
  WEFT_TRY(device.upload(model_.first(), &first, sizeof(first)));
  WEFT_TRY(device.upload(model_.tokens(), tokens.data(), tokens.size() * sizeof(int)));
  return device.synchronize();
}

Status Decoder::product(Matrix x, std::size_t weight, Matrix y) {
  Device& device = model_.device();
  if (x.rows == 1) {
    return gemv_add(device, x, model_.weight(weight), nullptr, y, rows_per_warp_);
  }
  return linear(device, Kernel::cublas, DType::f32, x,
                {model_.weight(weight), x.dtype, y.width, x.width}, y);
}

/// y += x * weight^T
Status Decoder::product_added(Matrix x, std::size_t weight, Matrix y) {
  Device& device = model_.device();
  if (x.rows == 1) {
    return gemv_add(device, x, model_.weight(weight), y.data, y, rows_per_warp_);
  }
  const Matrix product = rows_of(h_, y.width, y.dtype);
  WEFT_TRY(this->product(x, weight, product));
  return add(device, y, product, y);
}

Status Decoder::norm(std::size_t gain) {
  return rms_norm(model_.device(), Kernel::block, rows_of(x_, shape_.hidden, shape_.dtype),
                  model_.weight(gain), shape_.norm_epsilon,
                  rows_of(h_, shape_.hidden, shape_.dtype));
}

Status Decoder::layer(int index) {
  Device& device = model_.device();
  const Layer& weights = layers_[static_cast<std::size_t>(index)];
  const DType dtype = shape_.dtype;
  const std::int64_t q_width = std::int64_t{shape_.heads} * shape_.head_dim;
  const std::int64_t qkv_width = q_width + std::int64_t{2} * shape_.kv_heads * shape_.head_dim;
  const Matrix x = rows_of(x_, shape_.hidden, dtype);
  const Matrix h = rows_of(h_, shape_.hidden, dtype);
  const Matrix qkv = rows_of(qkv_, qkv_width, dtype);
  const Matrix q = rows_of(q_, q_width, dtype);
  const Matrix mixed = rows_of(mixed_, q_width, dtype);
  const Matrix act = rows_of(act_, shape_.intermediate, dtype);
  const Steps steps{model_.first(), 1};
  const Cache cache = model_.cache(index);
  Rotation rotation = model_.rotation();
  rotation.heads = shape_.heads;

  WEFT_TRY(norm(weights.input_norm));
  WEFT_TRY(product(h, weights.q, qkv));
  WEFT_TRY(rope_append(device, qkv, rotation, steps, cache, q));
  const double scale =
      model_.graph()
          .nodes[static_cast<std::size_t>(model_.graph().find("layers.0.attention"))]
          .scale;
  WEFT_TRY(attention(device, Kernel::split, q, cache, steps, 0, shape_.heads, scale, mixed));
  WEFT_TRY(product_added(mixed, weights.o, x));
  WEFT_TRY(norm(weights.post_norm));
  if (x.rows == 1) {
    WEFT_TRY(gemv_silu_mul(device, h, model_.weight(weights.gate), model_.weight(weights.up), act,
                           rows_per_warp_ > 1 ? 2 : 1));
  } else {
    const Matrix gate = rows_of(gate_, shape_.intermediate, dtype);
    const Matrix up = rows_of(up_, shape_.intermediate, dtype);
    WEFT_TRY(product(h, weights.gate, gate));
    WEFT_TRY(product(h, weights.up, up));
    WEFT_TRY(silu_mul(device, gate, up, act));
  }
  return product_added(act, weights.down, x);
}

Status Decoder::step() {
  Device& device = model_.device();
  const Matrix table{model_.weight(table_), shape_.dtype, shape_.vocabulary, shape_.hidden};
  WEFT_TRY(embed(device, model_.tokens(), table, rows_of(x_, shape_.hidden, shape_.dtype)));
  for (int i = 0; i < shape_.layers; ++i) {
    WEFT_TRY(layer(i));
  }
  WEFT_TRY(norm(norm_));
  const Matrix logits = rows_of(logits_, shape_.vocabulary, DType::f32);
  WEFT_TRY(product(rows_of(h_, shape_.hidden, shape_.dtype), head_, logits));
  WEFT_TRY(argmax(device, Kernel::block, logits, model_.tokens()));
  return advance(device, model_.first());
}

Status Decoder::capture() {
  return graph_.capture(model_.device(), [this] { return step(); });
}

Status Decoder::replay() { return graph_.replay(model_.device()); }

Result<HostTensor> Decoder::logits() {
  HostTensor tensor = make_tensor({model_.options().sequences, shape_.vocabulary}, DType::f32);
  WEFT_TRY(model_.device().download(tensor.data.data(), logits_.data(), tensor.data.size()));
  return tensor;
}

Result<std::vector<int>> Decoder::tokens() {
  std::vector<int> tokens(static_cast<std::size_t>(model_.options().sequences));
  WEFT_TRY(model_.device().download(tokens.data(), model_.tokens(), tokens.size() * sizeof(int)));
  return tokens;
}

}  // namespace weft::reference::cuda
