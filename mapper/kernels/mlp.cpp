// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

// A product from columns back to rows (attention output, MLP down) and the residual sum after it.
void Emitter::project_out(Reduction reduction, const std::string& op,
                          const std::string& residual_op, const std::string& from, int from_columns,
                          const std::string& weight) {
  begin_op(op, true);
  const Shape& s = shape_;
  const std::int64_t weight_bytes = static_cast<std::int64_t>(from_columns) * s.width_y * element();
  const std::int64_t vector_bytes = static_cast<std::int64_t>(s.chunk) * s.width_y * element();
  const int layers = this->layers();
  const int in = role_.buffer(from, static_cast<std::int64_t>(s.chunk) * from_columns * element());
  const int w = role_.buffer(weight, weight_bytes * layers);
  const int acc = role_.buffer("acc", static_cast<std::int64_t>(s.chunk) * s.width_y * 4);
  const int h = role_.buffer("h", vector_bytes);
  const int x = role_.buffer("x", vector_bytes);
  const Value rows = Value::reg(reg::rows);
  const Value position = first_row();
  const isa::Axis columns = isa::block_axis(isa::Axis::Y, decoder_.width, s.region.height);

  layer_offset(reg::a, weight_bytes);
  role_.td(0, acc, 0, DType::f32, {rows, s.width_y});
  role_.td(1, in, 0, dtype(), {rows, from_columns});
  role_.td(2, w, Value::reg(reg::a), dtype(), {from_columns, s.width_y});
  role_.emit_numbers(Opcode::mm, {0, 1, 2}, {1.0f});
  all_reduce_add(reduction, 0, [&] {
    role_.td(3, h, 0, dtype(), {rows, s.width_y});
    role_.td(4, x, 0, dtype(), {rows, s.width_y});
  });
  role_.emit(Opcode::v1_cpy, {3, 0});
  probe(op, columns, 3, position, true);

  begin_op(residual_op, true);
  role_.emit(Opcode::v2_add, {4, 4, 3});
  probe(residual_op, columns, 4, position, true);
}

// Gate and up in one product, reduced along y; the gated product is local.
void Emitter::gate_up() {
  begin_op("gate_up", true);
  const Shape& s = shape_;
  const int f = s.hidden_x;
  const int row = 2 * f + (s.norms_ride ? 1 : 0);
  const std::int64_t weight_bytes = static_cast<std::int64_t>(s.width_y) * 2 * f * element();
  const int layers = this->layers();
  const int h = role_.buffer("h", static_cast<std::int64_t>(s.chunk) * s.width_y * element());
  const int w = role_.buffer("gate_up.weight", weight_bytes * layers);
  const int acc = role_.buffer("acc", static_cast<std::int64_t>(s.chunk) * row * 4);
  const int both = role_.buffer("gate_up", static_cast<std::int64_t>(s.chunk) * 2 * f * element());
  const int out = role_.buffer("silu_mul", static_cast<std::int64_t>(s.chunk) * f * element());
  const Value rows = Value::reg(reg::rows);
  const Value position = first_row();
  const isa::Axis columns = isa::block_axis(isa::Axis::X, decoder_.hidden, s.region.width);

  ride_in(acc, row, rows);
  layer_offset(reg::a, weight_bytes);
  role_.td(0, acc, 0, DType::f32, {rows, 2 * f}, {row, 1});
  role_.td(1, h, 0, dtype(), {rows, s.width_y});
  role_.td(2, w, Value::reg(reg::a), dtype(), {s.width_y, 2 * f});
  role_.emit_numbers(Opcode::mm, {0, 1, 2}, {1.0f});
  role_.td(7, acc, 0, DType::f32, {rows, row});
  all_reduce_add(Reduction::gate_up, 7, [&] {
    role_.td(3, both, 0, dtype(), {rows, 2 * f});
    prepare_ride_out(acc, row, 2 * f, rows);
    role_.td(4, both, 0, dtype(), {rows, f}, {2 * f, 1});
    role_.td(5, both, f * element(), dtype(), {rows, f}, {2 * f, 1});
    role_.td(6, out, 0, dtype(), {rows, f});
  });
  ride_out(3, 0, 2 * f);
  probe("gate", columns, 4, position, true);
  probe("up", columns, 5, position, true);

  begin_op("silu_mul", true);
  role_.emit(Opcode::v2_silumul, {6, 4, 5});
  probe("silu_mul", columns, 6, position, true);
}

}  // namespace weft::mapper
