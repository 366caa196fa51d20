// SPDX-License-Identifier: Apache-2.0
#include "mapper/waferllm/layer.h"

#include <cmath>

namespace weft::mapper {
namespace {

using isa::Opcode;

/// Scalar instructions to change a descriptor of four 16-bit words in memory; assumed.
constexpr int kUpdateScalars = 6;
constexpr float kEpsilon = 1e-6F;

/// Writes a layer operation by operation as the published one does: vectors along y are multiplied
/// into vectors along x and back, so that nothing is ever transposed. Tensor registers: 0 the
/// result, 1 and 2 operands, 3 what is reduced.
class Layer {
 public:
  Layer(const WaferLlm& model, const WaferLlmAxis& x, const WaferLlmAxis& y, isa::RoleBuilder& role)
      : x_(x),
        y_(y),
        role_(role),
        dim_(model.dim_tile()),
        ffn_(model.ffn_tile()),
        positions_(model.sequence_tile()),
        pairs_(model.pairs()),
        model_(model) {}

  void prepare() {
    role_.emit(Opcode::li, {kFlagRegister, 0});
    fill(numbers(), 1, 1.0F, 0);
    fill(numbers(), 1, 1.0F / std::sqrt(static_cast<float>(model_.dim)), 1);
    fill(numbers(), 1, static_cast<float>(model_.dim), 2);
  }

  void write() {
    norm("x");
    products();
    rope();
    score();
    softmax();
    output();
    project(6, "attention", "o", dim_);
    begin(7);
    binary(Opcode::v2_add, "z", "x", "h", dim_);
    norm("z");
    up_gate();
    activation();
    project(11, "gated", "down", ffn_);
    binary(Opcode::v2_add, "x", "z", "h", dim_);
    vector(4, "x", 0, dim_, {1, dim_});
    role_.emit(Opcode::probe, {0, 4, 0, 0});
  }

 private:
  void begin(int op) { role_.graph_op(op); }
  /// Addresses, lengths and offsets of descriptors in memory that the published program changes.
  void updates(int count) {
    for (int i = 0; i < count * kUpdateScalars; ++i) {
      role_.emit(Opcode::li, {kWordRegister, i});
    }
  }

  int buffer(const std::string& name, std::int64_t elements) {
    return role_.buffer(name, elements * 2);
  }
  int numbers() { return buffer("numbers", 3); }

  void vector(int t, const std::string& name, int first, int elements,
              const std::vector<isa::Value>& dims) {
    role_.td(t, buffer(name, first + elements), first * 2, DType::f16, dims);
  }
  void vector(int t, const std::string& name, int elements, int first = 0) {
    vector(t, name, first, elements, {elements});
  }
  /// The same number (0: one, 1: 1/√dim, 2: dim) as often as needed.
  void number(int t, int which, int elements) {
    role_.td(t, numbers(), which * 2, DType::f16, {elements}, {0});
  }
  void fill(int in, int elements, float value, int first = 0) {
    role_.td(0, in, first * 2, DType::f16, {elements});
    role_.emit_numbers(Opcode::vfill, {0}, {value});
  }
  void binary(Opcode opcode, const std::string& to, const std::string& a, const std::string& b,
              int elements) {
    vector(0, to, elements);
    vector(1, a, elements);
    vector(2, b, elements);
    role_.emit(opcode, {0, 1, 2});
  }
  void all_reduce(const WaferLlmAxis& axis, const std::string& name, int elements,
                  Opcode receive = Opcode::recv_add, Opcode forward = Opcode::fwd_add) {
    updates(1);
    vector(3, name, elements);
    emit_two_level(role_, axis.place, *axis.colors, receive, forward, 3);
  }

  // to[first …] = from * weight, from zeros on.
  void product(const std::string& to, int first, const std::string& from, const std::string& weight,
               int inner, int outer) {
    updates(first > 0 ? 12 : 11);
    fill(buffer(to, first + outer), outer, 0.0F, first);
    vector(1, from, inner);
    vector(2, weight, 0, inner * outer, {inner, outer});
    role_.emit_numbers(Opcode::mm_acc, {0, 1, 2}, {1.0F});
  }

  void norm(const std::string& from) {
    begin(from == "x" ? 0 : 8);
    binary(Opcode::v2_mul, "squares", from, from, dim_);
    updates(1);
    vector(3, "sum", 1);
    role_.emit(Opcode::vred_sum, {3, 0});
    all_reduce(y_, "sum", 1);
    updates(3);
    binary(Opcode::v2_mul, "normed", from, "gain", dim_);
    number(1, 2, 1);
    role_.emit(Opcode::v2_div, {3, 3, 1});
    vector(0, "normed", 0, dim_, {1, dim_});
    number(1, 0, dim_);
    role_.emit_numbers(Opcode::norm_rms, {0, 0, 1, 3}, {1.0F, kEpsilon});
  }

  void products() {
    begin(1);
    product("qkv", 0, "normed", "q", dim_, dim_);
    product("qkv", dim_, "normed", "k", dim_, dim_);
    product("qkv", 2 * dim_, "normed", "v", dim_, dim_);
    all_reduce(y_, "qkv", 3 * dim_);
  }

  // Neighbors are a pair; q and k each in six vector operations.
  void rope() {
    begin(2);
    if (pairs_ == 0) {
      return;
    }
    for (const int first : {0, dim_}) {
      const int qkv = buffer("qkv", 3L * dim_);
      role_.td(0, qkv, first * 2, DType::f16, {pairs_}, {2});
      role_.td(1, qkv, first * 2 + 2, DType::f16, {pairs_}, {2});
      vector(2, "cos", pairs_);
      vector(3, "sin", pairs_);
      for (int i = 0; i < 4; ++i) {
        vector(4 + i, "turned", pairs_, i * pairs_);
      }
      role_.emit(Opcode::v2_mul, {4, 0, 2});
      role_.emit(Opcode::v2_mul, {5, 1, 3});
      role_.emit(Opcode::v2_mul, {6, 0, 3});
      role_.emit(Opcode::v2_mul, {7, 1, 2});
      for (const int even : {1, 0}) {
        role_.td(even, qkv, first * 2 + 2 * even, DType::f16, {pairs_}, {2});
        vector(4 + 2 * even, "turned", pairs_, 2 * even * pairs_);
        vector(5 + 2 * even, "turned", pairs_, (2 * even + 1) * pairs_);
      }
      role_.emit(Opcode::v2_sub, {0, 4, 5});
      role_.emit(Opcode::v2_add, {1, 6, 7});
      updates(first > 0 ? 6 : 4);
    }
  }

  void score() {
    begin(3);
    product("score", 0, "qkv", "cache.k", dim_, positions_);
    all_reduce(x_, "score", positions_);
    number(1, 1, positions_);
    role_.emit(Opcode::v2_mul, {3, 3, 1});
  }

  void softmax() {
    begin(4);
    updates(1);
    vector(0, "score", positions_);
    vector(3, "max", 1);
    role_.emit(Opcode::vred_max, {3, 0});
    all_reduce(y_, "max", 1, Opcode::recv_max, Opcode::fwd_max);
    updates(2);
    vector(0, "score", positions_);
    role_.td(1, buffer("max", 1), 0, DType::f16, {positions_}, {0});
    role_.emit(Opcode::v2_expsub, {0, 0, 1});
    updates(1);
    vector(3, "sum", 1);
    role_.emit(Opcode::vred_sum, {3, 0});
    all_reduce(y_, "sum", 1);
    updates(1);
    number(1, 0, 1);
    role_.emit(Opcode::v2_div, {3, 1, 3});
    vector(0, "score", positions_);
    role_.td(1, buffer("sum", 1), 0, DType::f16, {positions_}, {0});
    role_.emit(Opcode::v2_mul, {0, 0, 1});
  }

  void output() {
    begin(5);
    product("attention", 0, "score", "cache.v", positions_, dim_);
    all_reduce(y_, "attention", dim_);
  }

  void project(int op, const std::string& from, const std::string& weight, int inner) {
    begin(op);
    product("h", 0, from, weight, inner, dim_);
    all_reduce(x_, "h", dim_);
  }

  void up_gate() {
    begin(9);
    product("up_gate", 0, "normed", "up", dim_, ffn_);
    product("up_gate", ffn_, "normed", "gate", dim_, ffn_);
    all_reduce(y_, "up_gate", 2 * ffn_);
  }

  // As published, the activation covers dim_tile of the elements of a tile.
  void activation() {
    begin(10);
    const int active = std::min(dim_, ffn_);
    vector(0, "up_gate", active);
    number(1, 0, active);
    role_.emit(Opcode::v2_silumul, {0, 0, 1});
    vector(0, "gated", ffn_);
    vector(1, "up_gate", ffn_);
    vector(2, "up_gate", ffn_, ffn_);
    role_.emit(Opcode::v2_mul, {0, 1, 2});
  }

  const WaferLlmAxis& x_;
  const WaferLlmAxis& y_;
  isa::RoleBuilder& role_;
  int dim_, ffn_, positions_, pairs_;
  const WaferLlm& model_;
};

}  // namespace

void write_waferllm(const WaferLlm& model, const WaferLlmAxis& x, const WaferLlmAxis& y,
                    isa::RoleBuilder& role) {
  Layer layer(model, x, y, role);
  layer.prepare();
  role.loop(model.tokens);
  role.loop(model.layers);
  layer.write();
  role.graph_op(-1);
  role.end();
  role.end();
}

}  // namespace weft::mapper
