// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/emitter.h"

namespace weft::mapper {

using isa::Opcode;
using isa::Value;

// Of every row of tiles one sends its part of x on (mapper/handoff.h).
void Emitter::hand_out() {
  begin_op("handoff", false);
  const int x =
      role_.buffer("x", static_cast<std::int64_t>(shape_.chunk) * shape_.width_y * element());
  role_.td(0, x, 0, dtype(), {Value::reg(reg::rows), shape_.width_y});
  for (std::size_t band = 0; band < kind_.out.size(); ++band) {
    const auto skip = role_.branch(Opcode::br_ne, reg::source, static_cast<int>(band) + 1);
    role_.send(kind_.out[band], 0);
    role_.land(skip);
  }
}

// The relay of a row passes x on along it.
void Emitter::hand_in() {
  begin_op("handoff", false);
  const int x =
      role_.buffer("x", static_cast<std::int64_t>(shape_.chunk) * shape_.width_y * element());
  role_.td(0, x, 0, dtype(), {Value::reg(reg::rows), shape_.width_y});
  for (std::size_t band = 0; band < kind_.in.size(); ++band) {
    const auto skip = role_.branch(Opcode::br_ne, reg::relay, static_cast<int>(band) + 1);
    role_.receive(Opcode::recv_set, 0, kind_.in[band]);
    if (shape_.region.width > 1) {
      role_.send(kind_.row_color, 0);
    }
    role_.land(skip);
  }
  if (shape_.region.width > 1) {
    const auto skip = role_.branch(Opcode::br_ne, reg::relay, 0);
    role_.receive(Opcode::recv_set, 0, kind_.row_color);
    role_.land(skip);
  }
}

}  // namespace weft::mapper
