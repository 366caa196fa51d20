// SPDX-License-Identifier: Apache-2.0
#include "isa/verify/descriptor_rules.h"

#include <algorithm>

namespace weft::isa {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 31;
/// Far past any SRAM, and safe to add and multiply.
constexpr std::int64_t kFar = std::int64_t{1} << 40;

bool empty(const Descriptor& d) { return d.dims[0] == 0 || d.dims[1] == 0 || d.dims[2] == 0; }

// A descriptor as rows of its last axis.
std::int32_t last_of(const Descriptor& d) { return d.dims[static_cast<std::size_t>(d.rank - 1)]; }
std::int64_t rows_of(const Descriptor& d) {
  return d.rank == 3   ? static_cast<std::int64_t>(d.dims[0]) * d.dims[1]
         : d.rank == 2 ? d.dims[0]
                       : 1;
}

bool dims_are(const Descriptor& d, std::int32_t d0, std::int32_t d1, std::int32_t d2) {
  return d.dims[0] == d0 && d.dims[1] == d1 && d.dims[2] == d2;
}

}  // namespace

ByteRange range_of(const Descriptor& d) {
  if (empty(d)) {
    return {d.base, d.base};
  }
  std::int64_t low = 0;
  std::int64_t high = 0;
  for (std::size_t i = 0; i < d.rank; ++i) {
    const std::int64_t span =
        std::clamp(static_cast<std::int64_t>(d.dims[i] - 1) * d.strides[i], -kFar, kFar);
    (span < 0 ? low : high) += span;
  }
  return {d.base + low * bytes_of(d.dtype), d.base + (high + 1) * bytes_of(d.dtype)};
}

DescriptorFault check_descriptor(const Program& program, const Descriptor& d) {
  if (empty(d)) {
    return DescriptorFault::none;
  }
  const std::int64_t plane = static_cast<std::int64_t>(d.dims[0]) * d.dims[1];
  if (plane > kMostElements || plane * d.dims[2] > kMostElements) {
    return DescriptorFault::too_many;
  }
  const Program::BufferRange& buffer = program.buffers[static_cast<std::size_t>(d.buffer)];
  const ByteRange range = range_of(d);
  if (range.first < buffer.offset ||
      range.last > static_cast<std::int64_t>(buffer.offset) + buffer.bytes) {
    return DescriptorFault::outside;
  }
  return d.base % bytes_of(d.dtype) == 0 ? DescriptorFault::none : DescriptorFault::unaligned;
}

const char* shape_fault(const Instr& instr, const ProgramState& state) {
  const Descriptor& d = state.tensor(instr, 0);
  switch (instr.opcode) {
    case Opcode::mm:
    case Opcode::mm_acc: {
      const Descriptor& a = state.tensor(instr, 1);
      const Descriptor& b = state.tensor(instr, 2);
      const bool fits = b.dims[2] == 1 && last_of(a) == b.dims[0] && last_of(d) == b.dims[1] &&
                        rows_of(a) == rows_of(d);
      return fits ? nullptr : "C [.., N], A [.., K], B [K, N]";
    }
    case Opcode::v2_add:
    case Opcode::v2_sub:
    case Opcode::v2_mul:
    case Opcode::v2_div:
    case Opcode::v2_max:
    case Opcode::v2_expsub:
    case Opcode::v2_silumul:
      return d.dims == state.tensor(instr, 1).dims && d.dims == state.tensor(instr, 2).dims
                 ? nullptr
                 : "d, a and b of the same dimensions (stride 0 broadcasts)";
    case Opcode::v1_cpy:
      return d.dims == state.tensor(instr, 1).dims ? nullptr : "d and a of the same dimensions";
    case Opcode::mask:
      return d.rank >= 2 ? nullptr : "d [M, .., J]";
    case Opcode::rope: {
      const Descriptor& cosines = state.tensor(instr, 2);
      const Descriptor& sines = state.tensor(instr, 3);
      const bool fits = d.dims[2] % 2 == 0 && d.dims == state.tensor(instr, 1).dims &&
                        dims_are(cosines, d.dims[0], d.dims[2] / 2, 1) &&
                        cosines.dims == sines.dims;
      return fits ? nullptr : "d, a [M, heads, 2P]; cos, sin [M, P]";
    }
    case Opcode::norm_rms: {
      const bool fits = d.dims[2] == 1 && d.dims == state.tensor(instr, 1).dims &&
                        dims_are(state.tensor(instr, 2), d.dims[1], 1, 1) &&
                        dims_are(state.tensor(instr, 3), d.dims[0], 1, 1);
      return fits ? nullptr : "d, a [M, N]; gain [N]; ss [M]";
    }
    case Opcode::gath: {
      const Descriptor& table = state.tensor(instr, 1);
      const Descriptor& index = state.tensor(instr, 2);
      const bool fits = d.dims[2] == 1 && table.dims[2] == 1 && d.dims[1] == table.dims[1] &&
                        dims_are(index, d.dims[0], 1, 1) && index.dtype == DType::i32;
      return fits ? nullptr : "d [R, C], table [V, C], i32 idx [R]";
    }
    case Opcode::vred_sum:
    case Opcode::vred_max:
    case Opcode::vred_sumsq: {
      const Descriptor& a = state.tensor(instr, 1);
      const bool fits = dims_are(d, a.rank >= 2 ? a.dims[0] : 1, a.rank == 3 ? a.dims[1] : 1, 1);
      return fits ? nullptr : "d with the dimensions of a but its last";
    }
    case Opcode::vred_argmax: {
      const bool fits =
          d.dtype == DType::f32 && last_of(d) == 2 && rows_of(d) == rows_of(state.tensor(instr, 1));
      return fits ? nullptr : "f32 d [.., 2] with as many pairs as a has rows";
    }
    case Opcode::recv_argmax:
      return d.dtype == DType::f32 && d.elements() % 2 == 0 ? nullptr
                                                            : "an even number of f32: (value, id)";
    case Opcode::fwd_argmax: {
      const Descriptor& t = state.tensor(instr, 2);
      return t.dtype == DType::f32 && t.elements() % 2 == 0 ? nullptr
                                                            : "an even number of f32: (value, id)";
    }
    case Opcode::recv_osm:
      return d.dtype == DType::f32 && last_of(d) >= 3 ? nullptr : "f32 rows of m, l and o";
    case Opcode::fwd_osm: {
      const Descriptor& t = state.tensor(instr, 2);
      return t.dtype == DType::f32 && last_of(t) >= 3 ? nullptr : "f32 rows of m, l and o";
    }
    default:
      return nullptr;
  }
}

}  // namespace weft::isa
