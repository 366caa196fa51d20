// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/dtype.h"
#include "isa/program_state.h"

namespace weft::sim {

/// What one instruction does, machine aside: its work on the units of a core and the bytes it moves
/// between them and SRAM. Costs in cycles (cost.h) and in energy (sim/energy) are made from it.
struct Work {
  std::int64_t macs = 0;      ///< multiply-accumulates of the tensor unit
  std::int64_t rows = 0;      ///< vector operations of a product where there is no tensor unit
  std::int64_t elements = 0;  ///< of one pass over the vector lanes
  std::int64_t special = 0;   ///< special functions
  std::int64_t read = 0;      ///< bytes
  std::int64_t written = 0;   ///< bytes
  std::int8_t passes = 0;     ///< over the vector lanes
  DType mac_type = DType::f32;
  DType lane_type = DType::f32;

  auto operator<=>(const Work&) const = default;
};

/// Of an instruction of class compute; `busy` does nothing.
Work work_of(const isa::Instr& instr, const isa::ProgramState& state);

/// Of a transfer of a tensor: what the core does with the words it sends or receives.
Work transfer_work(isa::Opcode opcode, const isa::Descriptor& tensor);

}  // namespace weft::sim
