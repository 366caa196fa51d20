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
  const int ss = role_.buffer("norm.sums", s.chunk * 4LL);
  // Outside the layers only the rows that get logits are worth normalizing.
  const Value rows = Value::reg(layered ? reg::rows : reg::head_rows);
  Value offset = 0;
  Value first = Value::reg(reg::position);
  if (!layered) {
    role_.emit(Opcode::mul, {reg::a, reg::head_first, s.width_y * element()});
    offset = Value::reg(reg::a);
    role_.emit(Opcode::add, {reg::b, reg::position, Value::reg(reg::head_first)});
    first = Value::reg(reg::b);
  }
  role_.td(0, x, offset, dtype(), {rows, s.width_y});
  role_.td(1, ss, 0, DType::f32, {rows});
  role_.emit(Opcode::vred_sumsq, {1, 0});
  all_reduce_add(reduction, 1);
  Value gain_offset = 0;
  if (layered) {
    layer_offset(reg::c, gain_bytes);
    gain_offset = Value::reg(reg::c);
  }
  role_.td(2, g, gain_offset, dtype(), {s.width_y});
  role_.td(3, h, 0, dtype(), {rows, s.width_y});
  role_.emit_numbers(Opcode::norm_rms, {3, 0, 2, 1},
                     {static_cast<float>(decoder_.width), static_cast<float>(decoder_.epsilon)});
  probe(op, isa::block_axis(isa::Axis::Y, decoder_.width, s.region.height), 3, first, layered);
}

}  // namespace weft::mapper
