// SPDX-License-Identifier: Apache-2.0
#include "sim/core/cost.h"

#include <algorithm>

namespace weft::sim {
namespace {

using isa::Descriptor;
using isa::Opcode;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t bytes(const Descriptor& d) { return d.stored_elements() * bytes_of(d.dtype); }

DType wider(DType a, DType b) { return bytes_of(a) >= bytes_of(b) ? a : b; }

}  // namespace

CostModel::CostModel(const arch::Machine& machine)
    : setup_(machine.tile().setup()),
      macs_(machine.tile().tensor_macs()),
      lanes_(machine.tile().vector_lanes()),
      special_num_(machine.tile().special_rate().num()),
      special_den_(machine.tile().special_rate().den()),
      read_(machine.tile().read_bandwidth()),
      write_(machine.tile().write_bandwidth()) {}

std::int64_t CostModel::rate(const arch::Rates& rates, DType widest) const {
  switch (widest) {
    case DType::f16:
      return rates.f16();
    case DType::bf16:
      return rates.bf16();
    default:
      return rates.f32();
  }
}

std::int64_t CostModel::core_step(isa::CoreStep step) const {
  switch (step) {
    case isa::CoreStep::scalar:
      return setup_.scalar();
    case isa::CoreStep::branch:
      return setup_.branch();
    case isa::CoreStep::descriptor:
      return setup_.tensor_descriptor();
    case isa::CoreStep::loop_entry:
      return setup_.loop_entry();
    case isa::CoreStep::loop_iteration:
      return setup_.loop_iteration();
    case isa::CoreStep::halt:
      break;
  }
  return 0;
}

CostModel::Compute CostModel::compute(const isa::Instr& instr,
                                      const isa::ProgramState& state) const {
  if (instr.opcode == Opcode::busy) {
    return {0, std::max(0, state.value(instr, 0)), 0};
  }
  Compute cost;
  cost.setup = setup_.compute();
  const Descriptor& out = state.tensor(instr, 0);
  const auto elementwise = [&](DType widest) {
    return ceil_div(out.elements(), rate(lanes_, widest));
  };
  const auto special = [&](std::int64_t count) {
    return ceil_div(count * special_den_, special_num_);
  };
  std::int64_t read = 0;
  std::int64_t work = 0;
  switch (instr.opcode) {
    case Opcode::mm:
    case Opcode::mm_acc: {
      const Descriptor& a = state.tensor(instr, 1);
      const Descriptor& b = state.tensor(instr, 2);
      cost.macs = a.elements() * b.dims[1];
      work = ceil_div(cost.macs, rate(macs_, wider(a.dtype, b.dtype)));
      read = bytes(a) + bytes(b) + (instr.opcode == Opcode::mm_acc ? bytes(out) : 0);
      break;
    }
    case Opcode::v2_div:
    case Opcode::v2_expsub:
    case Opcode::v2_silumul: {
      const Descriptor& a = state.tensor(instr, 1);
      const Descriptor& b = state.tensor(instr, 2);
      work = elementwise(wider(a.dtype, b.dtype)) + special(out.elements());
      read = bytes(a) + bytes(b);
      break;
    }
    case Opcode::v2_add:
    case Opcode::v2_sub:
    case Opcode::v2_mul:
    case Opcode::v2_max: {
      const Descriptor& a = state.tensor(instr, 1);
      const Descriptor& b = state.tensor(instr, 2);
      work = elementwise(wider(a.dtype, b.dtype));
      read = bytes(a) + bytes(b);
      break;
    }
    case Opcode::v1_cpy:
      work = elementwise(wider(out.dtype, state.tensor(instr, 1).dtype));
      read = bytes(state.tensor(instr, 1));
      break;
    case Opcode::vfill:
      work = elementwise(out.dtype);
      break;
    case Opcode::mask:
      work = elementwise(out.dtype);
      read = bytes(out);
      break;
    case Opcode::rope:
      // Two products and a sum per element.
      work = 2 * elementwise(DType::f32);
      read = bytes(state.tensor(instr, 1)) + bytes(state.tensor(instr, 2)) +
             bytes(state.tensor(instr, 3));
      break;
    case Opcode::norm_rms: {
      const Descriptor& sums = state.tensor(instr, 3);
      work = 2 * elementwise(wider(out.dtype, state.tensor(instr, 1).dtype)) +
             special(sums.elements());
      read = bytes(state.tensor(instr, 1)) + bytes(state.tensor(instr, 2)) + bytes(sums);
      break;
    }
    case Opcode::gath:
      work = elementwise(out.dtype);
      read = bytes(out) + bytes(state.tensor(instr, 2));
      break;
    case Opcode::vred_sum:
    case Opcode::vred_max:
    case Opcode::vred_sumsq:
    case Opcode::vred_argmax: {
      const Descriptor& a = state.tensor(instr, 1);
      work = ceil_div(a.elements(), rate(lanes_, a.dtype));
      read = bytes(a);
      break;
    }
    default:
      break;
  }
  cost.cycles = std::max({work, ceil_div(read, read_), ceil_div(bytes(out), write_)});
  return cost;
}

}  // namespace weft::sim
