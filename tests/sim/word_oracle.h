// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"

namespace weft::sim {

/// What the tile contract (docs/design.md §4, contract/README.md) says of a run.
struct OracleResult {
  bool deadlock = false;
  std::int64_t cycles = 0;                 ///< every program ended, every operation done
  std::vector<std::int64_t> program_ends;  ///< by tile, row-major over the region; -1: never
};

/// Plays a bundle cycle by cycle and word by word, timing only: slow, simple and written from the
/// contract alone, so that the engines have something to be equal to. Compute instructions known to
/// it: busy, vfill, v2.add. Routes must be exclusive.
OracleResult run_word_oracle(const isa::Bundle& bundle, const arch::Machine& machine);

}  // namespace weft::sim
