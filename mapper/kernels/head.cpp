// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

// Logits over columns, kept in fp32; arg-max among columns leaves the chosen id on every tile,
// where the next step's look-up reads it.
void Emitter::head() {
  begin_op("logits", false);
  const Shape& s = shape_;
  const int v = s.vocabulary_x;
  const bool rides = s.norms_ride;
  const int row = v + (rides ? 1 : 0);
  const int h = role_.buffer("h", static_cast<std::int64_t>(s.chunk) * s.width_y * element());
  const int w = role_.buffer("head.weight", static_cast<std::int64_t>(s.width_y) * v * element());
  const int head_chunk = s.batched() ? s.logit_rows : request_.all_logits ? s.chunk : 1;
  const int acc = role_.buffer("acc", static_cast<std::int64_t>(head_chunk) * row * 4);
  const int next = role_.buffer("next", static_cast<std::int64_t>(s.chunk) * 8);
  const Value rows = Value::reg(reg::head_rows);
  ride_in(acc, row, rows);
  role_.td(0, acc, 0, DType::f32, {rows, v}, {row, 1});
  role_.td(1, h, 0, dtype(), {rows, s.width_y});
  role_.td(2, w, 0, dtype(), {s.width_y, v});
  role_.emit_numbers(Opcode::mm, {0, 1, 2}, {1.0f});
  const int pieces = reductions_.logit_pieces;
  const int piece = (row + pieces - 1) / pieces;
  for (int first = 0; first < row; first += piece) {
    role_.td(5, acc, first * 4, DType::f32, {rows, std::min(piece, row - first)}, {row, 1});
    all_reduce_add(Reduction::logits, 5);
  }
  if (rides) {
    prepare_ride_out(acc, row, v, rows);
    ride_out(0, 0, v);
  }
  role_.emit(Opcode::add, {reg::b, first_row().number, Value::reg(reg::head_first)});
  const Value first = Value::reg(reg::b);
  probe("logits", isa::block_axis(isa::Axis::X, decoder_.vocabulary, s.region.width), 0, first,
        false);

  begin_op("token", false);
  role_.emit(Opcode::mul, {reg::a, reg::tx, v});
  Value chosen = 0;
  if (s.batched()) {
    role_.emit(Opcode::mul, {reg::c, reg::head_first, 8});
    chosen = Value::reg(reg::c);
  }
  role_.td(3, next, chosen, DType::f32, {rows, 2});
  role_.emit(Opcode::vred_argmax, {3, 0, Value::reg(reg::a), decoder_.vocabulary});
  all_reduce(Reduction::token, Opcode::recv_argmax, Opcode::fwd_argmax, 3);
  Value id = 4;
  if (s.batched()) {
    role_.emit(Opcode::add, {reg::c, reg::c, 4});
    id = chosen;
  }
  role_.td(4, next, id, DType::i32, {rows, 1}, {2, 1});
  probe("token", isa::replicated_axis(1), 4, first, false);
}

}  // namespace weft::mapper
