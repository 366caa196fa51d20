// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/arch.pb.h"
#include "isa/program_state.h"

namespace weft::sim {

/// What instructions cost on one machine, resolved to plain integers. Formula of compute
/// instructions: setup + max(work / unit rate, bytes read / read bandwidth, bytes written / write
/// bandwidth), rounded up (docs/timing_model.md, "Compute").
class CostModel {
 public:
  explicit CostModel(const arch::Machine& machine);

  struct Compute {
    std::int64_t setup = 0;   ///< core only, before the datapath is claimed
    std::int64_t cycles = 0;  ///< on the datapath
    std::int64_t macs = 0;
  };
  /// `instr` is of class compute.
  Compute compute(const isa::Instr& instr, const isa::ProgramState& state) const;
  /// Cycles of a core step; halt is free.
  std::int64_t core_step(isa::CoreStep step) const;
  std::int64_t transfer_setup() const { return setup_.transfer(); }

 private:
  std::int64_t rate(const arch::Rates& rates, DType widest) const;

  arch::Setup setup_;
  arch::Rates macs_, lanes_;
  std::int64_t special_num_, special_den_, read_, write_;
};

}  // namespace weft::sim
