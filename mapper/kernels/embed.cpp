// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

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
  const int prompt_tokens = static_cast<int>(request_.prompt.size());
  const Value rows = Value::reg(reg::rows);
  role_.td(0, x, 0, dtype(), {rows, s.width_y});
  role_.td(1, table, 0, dtype(), {s.vocabulary_x, s.width_y});
  // The choice of the last token that had logits in the step before.
  const auto take_chosen = [&] {
    if (!request_.all_logits) {
      role_.td(2, next, 4, DType::i32, {rows}, {2});
      return;
    }
    role_.emit(Opcode::sub, {reg::a, reg::head_rows, 1});
    role_.emit(Opcode::max, {reg::a, reg::a, 0});
    role_.emit(Opcode::mul, {reg::a, reg::a, 8});
    role_.emit(Opcode::add, {reg::a, reg::a, 4});
    role_.td(2, next, Value::reg(reg::a), DType::i32, {rows}, {2});
  };
  if (prompt_tokens > 0) {
    const int prompt = role_.buffer("prompt", prompt_tokens * 4LL);
    const auto generated = role_.branch(Opcode::br_ge, reg::position, prompt_tokens);
    role_.emit(Opcode::mul, {reg::a, reg::position, 4});
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
  probe("embed", isa::block_axis(isa::Axis::Y, decoder_.width, s.region.height), 0,
        Value::reg(reg::position), false);
}

}  // namespace weft::mapper
