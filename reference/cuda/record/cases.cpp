// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/cases.h"

#include <cmath>

namespace weft::reference::cuda {
namespace {

using Shape = std::vector<std::int64_t>;

std::string text_of(const Shape& shape) {
  std::string text;
  for (const std::int64_t dimension : shape) {
    text += (text.empty() ? "" : "x") + std::to_string(dimension);
  }
  return text;
}

/// Gathers cases and numbers their seeds.
class Cases {
 public:
  explicit Cases(std::uint64_t seed) : seed_(seed) {}

  void storage(DType dtype) { dtype_ = dtype; }

  OpCase& add(const char* op_name, Op op, Kernel kernel, std::vector<Shape> inputs) {
    OpCase one;
    one.node.op = op;
    one.node.dtype = op == Op::argmax ? DType::i32 : dtype_;
    one.storage = op == Op::argmax ? DType::f32 : dtype_;
    one.kernel = kernel;
    one.seed = seed_ + cases_.size();
    one.name = std::string(op_name) + "." + std::string(weft::name_of(one.storage)) + "." +
               name_of(kernel);
    for (const Shape& shape : inputs) {
      one.inputs.push_back({shape, one.storage, {}});
      one.name += "." + text_of(shape);
    }
    if (op == Op::embedding) {
      one.inputs[0].dtype = DType::i32;
    }
    cases_.push_back(std::move(one));
    return cases_.back();
  }

  void norm(Kernel kernel, std::int64_t rows, std::int64_t width) {
    add("rms_norm", Op::rms_norm, kernel, {{rows, width}, {width}}).node.epsilon = 1e-5;
  }

  OpCase& linear(Kernel kernel, std::int64_t rows, std::int64_t inputs, std::int64_t outputs) {
    return add("linear", Op::linear, kernel, {{rows, inputs}, {outputs, inputs}});
  }

  void rope(std::int64_t rows, int heads, int dim, int first, RopeScaling scaling) {
    OpCase& one = add(scaling.factor > 0 ? "rope_scaled" : "rope", Op::rope, Kernel::plain,
                      {{rows, std::int64_t{heads} * dim}});
    one.node.heads = heads;
    one.node.head_dim = dim;
    one.node.rope_theta = scaling.factor > 0 ? 500000 : 10000;
    one.node.rope_scaling = scaling;
    one.first = first;
  }

  void attention(Kernel kernel, std::int64_t rows, int first, int heads, int kv_heads, int dim) {
    const Shape keys{first + rows, std::int64_t{kv_heads} * dim};
    OpCase& one =
        add("attention", Op::attention, kernel, {{rows, std::int64_t{heads} * dim}, keys, keys});
    one.node.heads = heads;
    one.node.kv_heads = kv_heads;
    one.node.head_dim = dim;
    one.node.scale = 1 / std::sqrt(static_cast<double>(dim));
    one.first = first;
  }

  std::vector<OpCase> take() { return std::move(cases_); }

 private:
  std::uint64_t seed_;
  DType dtype_ = DType::f16;
  std::vector<OpCase> cases_;
};

void awkward(Cases& cases) {
  cases.add("embedding", Op::embedding, Kernel::plain, {{5}, {101, 37}});
  cases.norm(Kernel::plain, 7, 133);
  cases.norm(Kernel::block, 7, 136);
  cases.linear(Kernel::plain, 5, 133, 77);
  cases.linear(Kernel::cublas, 5, 133, 77);
  cases.linear(Kernel::cublas, 67, 136, 260);
  cases.linear(Kernel::gemv, 1, 1368, 77);
  cases.rope(5, 3, 10, 9, {});
  cases.rope(33, 2, 16, 0, {8, 1, 4, 24});
  cases.attention(Kernel::plain, 7, 6, 6, 2, 20);
  cases.attention(Kernel::block, 7, 6, 6, 2, 20);
  cases.attention(Kernel::block, 3, 200, 2, 1, 6);
  cases.attention(Kernel::cublas, 33, 0, 4, 2, 16);
  cases.attention(Kernel::cublas, 9, 40, 4, 4, 24);
  cases.attention(Kernel::split, 1, 300, 8, 2, 64);
  cases.attention(Kernel::split, 1, 36, 4, 4, 16);
  cases.add("silu_mul", Op::silu_mul, Kernel::plain, {{5, 133}, {5, 133}});
  cases.add("add", Op::add, Kernel::plain, {{5, 133}, {5, 133}});
}

}  // namespace

std::vector<OpCase> op_cases(std::uint64_t seed, bool large) {
  Cases cases(seed);
  for (const DType dtype : {DType::f16, DType::bf16, DType::f32}) {
    cases.storage(dtype);
    awkward(cases);
  }
  cases.add("argmax", Op::argmax, Kernel::plain, {{6, 1003}});
  cases.add("argmax", Op::argmax, Kernel::block, {{6, 1003}});
  cases.storage(DType::f16);
  for (const std::int64_t rows : {1, 5}) {
    cases.linear(Kernel::cublas, rows, 352, 128).accumulate = DType::f16;
  }
  cases.linear(Kernel::cublas, 3, 133, 77).node.dtype = DType::f32;  // logits
  cases.linear(Kernel::gemv, 1, 136, 77).node.dtype = DType::f32;
  if (large) {
    cases.norm(Kernel::block, 2, 4096);
    cases.linear(Kernel::gemv, 1, 4096, 6144);
    cases.linear(Kernel::gemv, 1, 14336, 4096);
    cases.linear(Kernel::cublas, 8, 4096, 6144);
    cases.attention(Kernel::split, 1, 4095, 32, 8, 128);
    cases.attention(Kernel::block, 1, 4095, 32, 8, 128);
    cases.attention(Kernel::cublas, 130, 0, 32, 8, 128);
  }
  return cases.take();
}

double allowed_error(const OpCase& op) {
  if (op.node.op == Op::embedding || op.node.op == Op::argmax) {
    return 0;
  }
  if (op.accumulate == DType::f16) {
    return 0.05;
  }
  return 4 * unit_roundoff(op.storage) + 1e-5;
}

}  // namespace weft::reference::cuda
