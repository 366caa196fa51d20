// SPDX-License-Identifier: Apache-2.0
#include "sim/core/work.h"

#include <algorithm>

namespace weft::sim {
namespace {

using isa::Descriptor;
using isa::Opcode;

std::int64_t bytes(const Descriptor& d) { return d.stored_elements() * bytes_of(d.dtype); }

DType wider(DType a, DType b) { return bytes_of(a) >= bytes_of(b) ? a : b; }

// C[m, :] += a[m, k] * B[k, :], or along the columns of C where those are longer.
std::int64_t product_rows(const Descriptor& a, const Descriptor& b) {
  const std::int64_t inner = b.dims[0];
  const std::int64_t rows = inner == 0 ? 0 : a.elements() / inner;
  return inner * std::min<std::int64_t>(rows, b.dims[1]);
}

}  // namespace

Work work_of(const isa::Instr& instr, const isa::ProgramState& state) {
  Work work;
  if (instr.opcode == Opcode::busy) {
    return work;
  }
  const Descriptor& out = state.tensor(instr, 0);
  const auto operand = [&](int slot) -> const Descriptor& { return state.tensor(instr, slot); };
  const auto lanes = [&](std::int64_t elements, DType type, std::int8_t passes = 1) {
    work.elements = elements;
    work.lane_type = type;
    work.passes = passes;
  };
  work.written = bytes(out);
  switch (instr.opcode) {
    case Opcode::mm:
    case Opcode::mm_acc:
      work.macs = operand(1).elements() * operand(2).dims[1];
      work.rows = product_rows(operand(1), operand(2));
      work.mac_type = wider(operand(1).dtype, operand(2).dtype);
      work.read =
          bytes(operand(1)) + bytes(operand(2)) + (instr.opcode == Opcode::mm_acc ? bytes(out) : 0);
      break;
    case Opcode::v2_div:
    case Opcode::v2_expsub:
    case Opcode::v2_silumul:
      work.special = out.elements();
      [[fallthrough]];
    case Opcode::v2_add:
    case Opcode::v2_sub:
    case Opcode::v2_mul:
    case Opcode::v2_max:
      lanes(out.elements(), wider(operand(1).dtype, operand(2).dtype));
      work.read = bytes(operand(1)) + bytes(operand(2));
      break;
    case Opcode::v1_cpy:
      lanes(out.elements(), wider(out.dtype, operand(1).dtype));
      work.read = bytes(operand(1));
      break;
    case Opcode::vfill:
      lanes(out.elements(), out.dtype);
      break;
    case Opcode::mask:
      lanes(out.elements(), out.dtype);
      work.read = bytes(out);
      break;
    case Opcode::rope:  // two products and a sum an element
      lanes(out.elements(), DType::f32, 2);
      work.read = bytes(operand(1)) + bytes(operand(2)) + bytes(operand(3));
      break;
    case Opcode::norm_rms:
      lanes(out.elements(), wider(out.dtype, operand(1).dtype), 2);
      work.special = operand(3).elements();
      work.read = bytes(operand(1)) + bytes(operand(2)) + bytes(operand(3));
      break;
    case Opcode::gath:
      lanes(out.elements(), out.dtype);
      work.read = bytes(out) + bytes(operand(2));
      break;
    case Opcode::vred_sum:
    case Opcode::vred_max:
    case Opcode::vred_sumsq:
    case Opcode::vred_argmax:
      lanes(operand(1).elements(), operand(1).dtype);
      work.read = bytes(operand(1));
      break;
    default:
      break;
  }
  return work;
}

Work transfer_work(Opcode opcode, const Descriptor& tensor) {
  Work work;
  if (isa::uses_datapath(opcode)) {
    work.elements = tensor.elements();
    work.lane_type = tensor.dtype;
    work.passes = 1;
  }
  const bool fills = opcode == Opcode::recv_set || opcode == Opcode::edge_read;
  const bool stores = fills || (isa::is_receive(opcode) && !isa::is_send(opcode));
  work.read = fills ? 0 : bytes(tensor);
  work.written = stores ? bytes(tensor) : 0;
  return work;
}

}  // namespace weft::sim
