// SPDX-License-Identifier: Apache-2.0
#include "isa/opcode.h"

#include <cassert>

namespace weft::isa {
namespace {

using enum Operand;
using C = OpClass;
using O = Opcode;

constexpr std::array<OpcodeInfo, static_cast<std::size_t>(O::count_)> kTable = {{
    {O::halt, "halt", C::control, {}, "ends the program"},
    {O::li, "li", C::scalar, {scalar_out, value}, "sd = v"},
    {O::add, "add", C::scalar, {scalar_out, scalar, value}, "sd = sa + v"},
    {O::sub, "sub", C::scalar, {scalar_out, scalar, value}, "sd = sa - v"},
    {O::mul, "mul", C::scalar, {scalar_out, scalar, value}, "sd = sa * v"},
    {O::div, "div", C::scalar, {scalar_out, scalar, value}, "sd = floor(sa / v), v > 0"},
    {O::mod, "mod", C::scalar, {scalar_out, scalar, value}, "sd = sa - v * floor(sa / v), v > 0"},
    {O::min, "min", C::scalar, {scalar_out, scalar, value}, "sd = min(sa, v)"},
    {O::max, "max", C::scalar, {scalar_out, scalar, value}, "sd = max(sa, v)"},
    {O::csrr,
     "csrr",
     C::scalar,
     {scalar_out, csr},
     "sd = tx, ty (coordinates in the region), rw, rh (its size) or p0 to p3 (constants of the "
     "tile)"},
    {O::loop, "loop", C::control, {value}, "runs to the matching end v times, v >= 0"},
    {O::end, "end", C::control, {}, "closes the innermost loop"},
    {O::br_lt, "br.lt", C::branch, {scalar, value, skip}, "if sa < v, goes on at the label"},
    {O::br_ge, "br.ge", C::branch, {scalar, value, skip}, "if sa >= v, goes on at the label"},
    {O::br_eq, "br.eq", C::branch, {scalar, value, skip}, "if sa == v, goes on at the label"},
    {O::br_ne, "br.ne", C::branch, {scalar, value, skip}, "if sa != v, goes on at the label"},
    {O::td,
     "td",
     C::descriptor,
     {tensor_out, buffer, dtype, dims, strides},
     "t = elements of a buffer from a byte offset, up to 3 dimensions, strides in elements"},
    {O::busy, "busy", C::compute, {value}, "holds the datapath for v cycles; 0: no instruction"},
    {O::mm,
     "mm",
     C::compute,
     {tensor, tensor, tensor, number},
     "C = alpha * A B; A [.., K], B [K, N], C [.., N]; fp32, k ascending"},
    {O::mm_acc, "mm.acc", C::compute, {tensor, tensor, tensor, number}, "C += alpha * A B"},
    {O::v2_add, "v2.add", C::compute, {tensor, tensor, tensor}, "d = a + b; stride 0 broadcasts"},
    {O::v2_sub, "v2.sub", C::compute, {tensor, tensor, tensor}, "d = a - b"},
    {O::v2_mul, "v2.mul", C::compute, {tensor, tensor, tensor}, "d = a * b"},
    {O::v2_div, "v2.div", C::compute, {tensor, tensor, tensor}, "d = a / b"},
    {O::v2_max, "v2.max", C::compute, {tensor, tensor, tensor}, "d = max(a, b)"},
    {O::v2_expsub, "v2.expsub", C::compute, {tensor, tensor, tensor}, "d = exp(a - b)"},
    {O::v2_silumul, "v2.silumul", C::compute, {tensor, tensor, tensor}, "d = silu(a) * b"},
    {O::v1_cpy, "v1.cpy", C::compute, {tensor, tensor}, "d = a, rounded to the type of d"},
    {O::vfill, "vfill", C::compute, {tensor, number}, "d = number"},
    {O::mask,
     "mask",
     C::compute,
     {tensor, value, value, value},
     "causal: d[m, .., j] = -inf where k0 + j * kstep > q0 + m; operands d, q0, k0, kstep"},
    {O::rope,
     "rope",
     C::compute,
     {tensor, tensor, tensor, tensor},
     "rotate-half: d, a [M, heads, 2P]; cos, sin [M, P]; pairs (p, p + P)"},
    {O::norm_rms,
     "norm.rms",
     C::compute,
     {tensor, tensor, tensor, tensor, number, number},
     "d = a * rsqrt(ss / n + eps) * gain; operands d, a, gain, ss, n, eps"},
    {O::gath,
     "gath",
     C::compute,
     {tensor, tensor, tensor, value},
     "d[i] = table[idx[i] - first], zeros where out of range; operands d, table, idx, first"},
    {O::vred_sum, "vred.sum", C::compute, {tensor, tensor}, "d = sum over the last axis of a"},
    {O::vred_max, "vred.max", C::compute, {tensor, tensor}, "d = max over the last axis of a"},
    {O::vred_sumsq,
     "vred.sumsq",
     C::compute,
     {tensor, tensor},
     "d = sum of squares over the last axis of a"},
    {O::vred_argmax,
     "vred.argmax",
     C::compute,
     {tensor, tensor, value, value},
     "d[.., 2] = (largest, its id) over the last axis; ids from first, ids >= limit ignored; "
     "ties to the lowest id; operands d, a, first, limit"},
    {O::send, "send", C::transfer, {color, tensor, async}, "sends t as one train"},
    {O::recv_set, "recv.set", C::transfer, {tensor, color, async}, "d = train"},
    {O::recv_add, "recv.add", C::transfer, {tensor, color, async}, "d = d + train"},
    {O::recv_max, "recv.max", C::transfer, {tensor, color, async}, "d = max(d, train)"},
    {O::recv_argmax,
     "recv.argmax",
     C::transfer,
     {tensor, color, async},
     "d = the larger of d and train by pairs (fp32, id), ties to the lower id"},
    {O::recv_osm,
     "recv.osm",
     C::transfer,
     {tensor, color, async},
     "d = d and train of one softmax: rows (m, l, o ..), m = max, l and o scaled by exp of what "
     "their m lacks and added"},
    {O::fwd_add,
     "fwd.add",
     C::transfer,
     {color, color, tensor, async},
     "sends train + t: operands out, in, t"},
    {O::fwd_max, "fwd.max", C::transfer, {color, color, tensor, async}, "sends max(train, t)"},
    {O::fwd_argmax,
     "fwd.argmax",
     C::transfer,
     {color, color, tensor, async},
     "sends the larger pairs of train and t"},
    {O::fwd_osm,
     "fwd.osm",
     C::transfer,
     {color, color, tensor, async},
     "sends train and t as recv.osm brings them together"},
    {O::wait, "wait", C::wait, {event}, "waits for the operation of an event"},
    {O::probe,
     "probe",
     C::probe,
     {name, tensor, value, value},
     "shows t [rows, columns] to the host: operands name, t, first row, index"},
    {O::edge_read,
     "edge.read",
     C::transfer,
     {tensor, value, async},
     "t = the bytes of edge memory from address v on, dense, row-major"},
    {O::edge_write,
     "edge.write",
     C::transfer,
     {tensor, value, async},
     "the bytes of edge memory from address v on = t"},
}};

}  // namespace

const OpcodeInfo& info_of(Opcode opcode) {
  const OpcodeInfo& info = kTable[static_cast<std::size_t>(opcode)];
  assert(info.opcode == opcode);
  return info;
}

std::span<const OpcodeInfo> all_opcodes() { return kTable; }

std::optional<Opcode> opcode_of(std::string_view mnemonic) {
  for (const OpcodeInfo& info : kTable) {
    if (info.mnemonic == mnemonic) {
      return info.opcode;
    }
  }
  return std::nullopt;
}

std::optional<Opcode> opcode_of_number(int number) {
  if (number < 0 || number >= static_cast<int>(Opcode::count_)) {
    return std::nullopt;
  }
  return static_cast<Opcode>(number);
}

int slots_of(Operand operand) {
  switch (operand) {
    case Operand::buffer:
    case Operand::async:
      return 2;
    case Operand::dims:
      return 4;
    case Operand::strides:
      return 3;
    default:
      return 1;
  }
}

int arg_count(Opcode opcode) {
  int count = 0;
  for (const Operand operand : info_of(opcode).operands) {
    count += slots_of(operand);
  }
  return count;
}

bool is_forward(Opcode opcode) { return opcode >= Opcode::fwd_add && opcode <= Opcode::fwd_osm; }
bool is_edge(Opcode opcode) { return opcode == Opcode::edge_read || opcode == Opcode::edge_write; }
bool is_send(Opcode opcode) { return opcode == Opcode::send || is_forward(opcode); }
bool is_receive(Opcode opcode) { return opcode >= Opcode::recv_set && opcode <= Opcode::fwd_osm; }
bool uses_datapath(Opcode opcode) {
  return opcode >= Opcode::recv_add && opcode <= Opcode::fwd_osm;
}

}  // namespace weft::isa
