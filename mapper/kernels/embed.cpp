// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"
#include "mapper/loads.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

// Table: vocabulary over columns, dimension over rows of tiles. Each column looks up the ids that
// are its own and adds zeros for the others; exactly one term of the sum is not zero, so it is
// exact.
void Emitter::embed() {
  begin_op("embed", false);
  const Shape& s = shape_;
  const int x = role_.buffer("x", static_cast<std::int64_t>(s.chunk) * s.width_y * element());
  const int table = role_.buffer("embed.table",
                                 static_cast<std::int64_t>(s.vocabulary_x) * s.width_y * element());
  const int next = role_.buffer("next", static_cast<std::int64_t>(s.chunk) * 8);
  const int prompt_tokens = request_.prompt_length();
  const Value rows = Value::reg(reg::rows);
  role_.td(0, x, 0, dtype(), {rows, s.width_y});
  role_.td(1, table, 0, dtype(), {s.vocabulary_x, s.width_y});
  // The choices of a batch; else that of the last token that had logits in the step before.
  const auto take_chosen = [&] {
    if (!request_.all_logits || s.batched()) {
      role_.td(2, next, 4, DType::i32, {rows}, {2});
      return;
    }
    role_.emit(Opcode::sub, {reg::a, reg::head_rows, 1});
    role_.emit(Opcode::max, {reg::a, reg::a, 0});
    role_.emit(Opcode::mul, {reg::a, reg::a, 8});
    role_.emit(Opcode::add, {reg::a, reg::a, 4});
    role_.td(2, next, Value::reg(reg::a), DType::i32, {rows}, {2});
  };
  if (shape_.prompt_dealt) {
    const auto generated = role_.branch(Opcode::br_ge, reg::position, prompt_tokens);
    deal_prompt();
    role_.td(2, next, 4, DType::i32, {rows}, {2});
    const auto looked_up = role_.branch(Opcode::br_lt, reg::position, prompt_tokens);
    role_.land(generated);
    take_chosen();
    role_.land(looked_up);
  } else if (prompt_tokens > 0) {
    const int prompt = role_.buffer("prompt", std::ssize(request_.prompt) * 4);
    const auto generated = role_.branch(Opcode::br_ge, reg::position, prompt_tokens);
    role_.emit(Opcode::mul, {reg::a, reg::position, 4 * s.batch});
    role_.td(2, prompt, Value::reg(reg::a), DType::i32, {rows});
    const auto looked_up = role_.branch(Opcode::br_lt, reg::position, prompt_tokens);
    role_.land(generated);
    take_chosen();
    role_.land(looked_up);
  } else {
    take_chosen();
  }
  role_.emit(Opcode::mul, {reg::a, reg::tx, s.vocabulary_x});
  role_.emit(Opcode::gath, {0, 1, 2, Value::reg(reg::a)});
  all_reduce_add(Reduction::embed, 0);
  probe("embed", isa::block_axis(isa::Axis::Y, decoder_.width, s.region.height), 0, first_row(),
        false);
}

// The ids of step i lie on row i mod height, each behind a one; all others show zeros, and the
// largest pair of all rows is the id.
void Emitter::deal_prompt() {
  const Shape& s = shape_;
  const PromptRows dealt = prompt_rows(s, request_);
  const int prompt = role_.buffer("prompt", dealt.bytes());
  const int next = role_.buffer("next", static_cast<std::int64_t>(s.chunk) * 8);
  const Value rows = Value::reg(reg::rows);
  const int height = s.region.height;
  // Steps of this row before this one, in c; b: whether this one is, too.
  role_.emit(Opcode::div, {reg::a, reg::position, s.positions_of(s.chunk)});
  role_.emit(Opcode::sub, {reg::a, reg::a, Value::reg(reg::ty)});
  role_.emit(Opcode::add, {reg::b, reg::a, height});
  role_.emit(Opcode::div, {reg::b, reg::b, height});
  role_.emit(Opcode::add, {reg::c, reg::a, height - 1});
  role_.emit(Opcode::div, {reg::c, reg::c, height});
  role_.emit(Opcode::sub, {reg::b, reg::b, Value::reg(reg::c)});
  role_.emit(Opcode::sub, {reg::c, reg::c, dealt.rows});
  role_.emit(Opcode::mul, {reg::a, reg::b, Value::reg(reg::c)});
  role_.emit(Opcode::add, {reg::a, reg::a, dealt.rows});
  role_.emit(Opcode::mul, {reg::a, reg::a, dealt.row_bytes});
  role_.td(3, prompt, Value::reg(reg::a), DType::f32, {rows, 2});
  role_.td(4, next, 0, DType::f32, {rows, 2});
  role_.emit(Opcode::v1_cpy, {4, 3});
  all_reduce(Reduction::prompt, Opcode::recv_argmax, Opcode::fwd_argmax, 4);
}

void Emitter::fill_spare_prompt() {
  const PromptRows dealt = prompt_rows(shape_, request_);
  role_.td(0, role_.buffer("prompt", dealt.bytes()), dealt.rows * dealt.row_bytes, DType::f32,
           {shape_.chunk, 2});
  role_.emit_numbers(Opcode::vfill, {0}, {0.0f});
}

}  // namespace weft::mapper
