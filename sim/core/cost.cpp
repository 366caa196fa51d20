// SPDX-License-Identifier: Apache-2.0
#include "sim/core/cost.h"

#include <algorithm>

#include "sim/core/work.h"

namespace weft::sim {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

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
  if (instr.opcode == isa::Opcode::busy) {
    return {0, std::max(0, state.value(instr, 0)), 0};
  }
  const Work work = work_of(instr, state);
  const std::int64_t units = ceil_div(work.macs, rate(macs_, work.mac_type)) +
                             work.rows * setup_.product_row() +
                             work.passes * ceil_div(work.elements, rate(lanes_, work.lane_type)) +
                             ceil_div(work.special * special_den_, special_num_);
  const std::int64_t cycles =
      std::max({units, ceil_div(work.read, read_), ceil_div(work.written, write_)});
  return {setup_.compute(), cycles, work.macs};
}

}  // namespace weft::sim
