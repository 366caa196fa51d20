// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

// RMSNorm over a vector split along y: each tile squares its part, one word a token is summed.
void Emitter::norm(Reduction reduction, const std::string& op, const std::string& from,
                   const std::string& gain, bool layered) {
  begin_op(op, layered);
  const Shape& s = shape_;
  const std::int64_t bytes = static_cast<std::int64_t>(s.chunk) * s.width_y * element();
  const std::int64_t gain_bytes = static_cast<std::int64_t>(s.width_y) * element();
  const int layers = layered ? this->layers() : 1;
  const int x = role_.buffer(from, bytes);
  const int h = role_.buffer("h", bytes);
  const int g = role_.buffer(gain, gain_bytes * layers);
  // Outside the layers only the rows that get logits are worth normalizing.
  const Value rows = Value::reg(layered ? reg::rows : reg::head_rows);
  Value offset = 0;
  Value first = first_row();
  if (!layered) {
    role_.emit(Opcode::mul, {reg::a, reg::head_first, s.width_y * element()});
    offset = Value::reg(reg::a);
    role_.emit(Opcode::add, {reg::b, first_row().number, Value::reg(reg::head_first)});
    first = Value::reg(reg::b);
  }
  role_.td(0, x, offset, dtype(), {rows, s.width_y});
  const int ss = s.norms_ride ? -1 : role_.buffer("norm.sums", s.chunk * 4LL);
  if (!s.norms_ride) {
    role_.td(1, ss, 0, DType::f32, {rows});
    role_.emit(Opcode::vred_sumsq, {1, 0});
    all_reduce_add(reduction, 1);
  }
  Value gain_offset = 0;
  if (layered) {
    layer_offset(reg::c, gain_bytes);
    gain_offset = Value::reg(reg::c);
  }
  role_.td(3, h, 0, dtype(), {rows, s.width_y});
  if (s.norms_ride) {
    // x times gain; what it is divided by comes with the sums of the product (ride_in, ride_out).
    role_.td(2, g, gain_offset, dtype(), {rows, s.width_y}, {0, 1});
    role_.emit(Opcode::v2_mul, {3, 0, 2});
    return;
  }
  role_.td(2, g, gain_offset, dtype(), {s.width_y});
  role_.emit_numbers(Opcode::norm_rms, {3, 0, 2, 1},
                     {static_cast<float>(decoder_.width), static_cast<float>(decoder_.epsilon)});
  probe(op, isa::block_axis(isa::Axis::Y, decoder_.width, s.region.height), 3, first, layered);
}

// The last of the `row` columns of an accumulator takes this tile's part of the sum of squares of
// x, whose descriptor norm() left in t0. Takes t31.
void Emitter::ride_in(int acc, int row, Value rows) {
  if (!shape_.norms_ride) {
    return;
  }
  role_.td(31, acc, (row - 1) * 4, DType::f32, {rows}, {row});
  role_.emit(Opcode::vred_sumsq, {31, 0});
}

namespace {

// Scaling by the row's one number takes a pass where norm.rms takes two, and a set-up more.
bool scales_by_product(int columns) {
  constexpr int kMany = 32;
  return columns >= kMany;
}

}  // namespace

// Takes t27 to t31.
void Emitter::prepare_ride_out(int acc, int row, int columns, Value rows) {
  if (!shape_.norms_ride) {
    return;
  }
  const int one = role_.buffer("one", 4);
  role_.td(31, acc, (row - 1) * 4, DType::f32, {rows}, {row});
  if (scales_by_product(columns)) {
    const int scale = role_.buffer("norm.scale", shape_.chunk * 4LL);
    role_.td(28, one, 0, DType::f32, {1});
    role_.td(29, scale, 0, DType::f32, {rows, columns}, {1, 0});
    role_.td(30, scale, 0, DType::f32, {rows, 1}, {1, 1});
    role_.td(27, one, 0, DType::f32, {rows, 1}, {0, 1});
    return;
  }
  role_.td(30, one, 0, DType::f32, {columns}, {0});
}

// t `to` = t `from`, the `columns` of the accumulator that was prepared, divided by the root of the
// mean square that came with it, or copied.
void Emitter::ride_out(int to, int from, int columns) {
  if (!shape_.norms_ride) {
    role_.emit(Opcode::v1_cpy, {to, from});
    return;
  }
  const auto n = static_cast<float>(decoder_.width);
  const auto epsilon = static_cast<float>(decoder_.epsilon);
  if (scales_by_product(columns)) {
    role_.emit_numbers(Opcode::norm_rms, {30, 27, 28, 31}, {n, epsilon});
    role_.emit(Opcode::v2_mul, {to, from, 29});
  } else {
    role_.emit_numbers(Opcode::norm_rms, {to, from, 30, 31}, {n, epsilon});
  }
}

}  // namespace weft::mapper
