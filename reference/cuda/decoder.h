// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "reference/cuda/llama_shape.h"
#include "reference/cuda/model.h"

namespace weft::reference::cuda {

/// One token at a time for all sequences of a model, as fast as this reference goes: products that
/// share an input are one, products of one row are GEMVs that read weights once, whatever follows a
/// product is done where it ends, and a step is one captured graph. Rounds where Model does.
class Decoder {
 public:
  /// `model` has been made of `shape` and outlives it. Errors: input (shapes whose rows are no
  /// whole 16-byte packs, or weights that do not lie side by side).
  static Result<std::unique_ptr<Decoder>> create(Model& model, const LlamaShape& shape,
                                                 int rows_per_warp);

  /// The next step reads these tokens at this position.
  Status begin(const std::vector<int>& tokens, int first);
  /// Queues one step; the tokens it finds are those of the next.
  Status step();
  /// The same as a graph; capture() comes after one step().
  Status capture();
  Status replay();
  /// fp32, (sequences, vocabulary), of the last step.
  Result<HostTensor> logits();
  Result<std::vector<int>> tokens();

 private:
  Decoder(Model& model, const LlamaShape& shape, int rows_per_warp)
      : model_(model), shape_(shape), rows_per_warp_(rows_per_warp) {}

  Status find_weights();
  Status allocate();
  Status layer(int index);
  Status product(Matrix x, std::size_t weight, Matrix y);
  Status product_added(Matrix x, std::size_t weight, Matrix y);
  Status norm(std::size_t gain);
  Matrix rows_of(const Buffer& buffer, std::int64_t width, DType dtype) const;

  /// Indices into the weights of the graph. q, k and v lie side by side, so do gate and up.
  struct Layer {
    std::size_t input_norm, q, o, post_norm, gate, up, down;
  };

  Model& model_;
  LlamaShape shape_;
  int rows_per_warp_ = 2;
  std::vector<Layer> layers_;
  std::size_t table_ = 0;
  std::size_t norm_ = 0;
  std::size_t head_ = 0;
  Buffer x_, h_, qkv_, q_, mixed_, gate_, up_, act_, logits_;
  CapturedGraph graph_;
};

}  // namespace weft::reference::cuda
