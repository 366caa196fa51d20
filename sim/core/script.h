// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program_state.h"
#include "sim/core/cost.h"
#include "sim/core/work.h"

namespace weft::sim {

/// One thing a core does, with all that does not depend on time worked out.
struct Step {
  enum class Kind : std::uint8_t {
    spend,     ///< core time: scalars, descriptors, branches, loop costs, merged; `cycles`
    compute,   ///< `setup` on the core, then `cycles` on the datapath; `amount` MACs
    transfer,  ///< issue; `amount` words, never 0; set-up is a spend before it
    wait,      ///< for `event`
    loop,      ///< `amount` times to the matching end; `level` of the program's loop, `first` index
    end,       ///< jumps back to the step after `match` or goes on
    op_end,    ///< the run of instructions of `graph_op` ended
    halt,
  };
  Kind kind = Kind::halt;
  isa::Opcode opcode = isa::Opcode::halt;  ///< of a transfer
  std::int16_t engine = -1;                ///< -1: synchronous
  std::int16_t event = -1;
  std::int16_t level = -1;
  std::int16_t out_color = -1;
  std::int16_t in_color = -1;
  std::int16_t graph_op = -1;  ///< it belongs to; -1: none
  std::int32_t pc = 0;
  std::int32_t setup = 0;
  std::int32_t match = 0;
  std::int32_t first = 0;
  std::int32_t instructions = 0;  ///< of the program that this step stands for
  std::int32_t work = -1;         ///< of a compute or transfer: index into Script::work
  std::int64_t cycles = 0;
  std::int64_t amount = 0;

  bool operator==(const Step&) const = default;
};

/// What one core of a role does from beginning to end. Control flow never depends on tensor values
/// or on time (docs/isa.md), so it is worked out once and shared by all tiles of the role, or by
/// those of them that isa/place_groups.h does not tell apart. Equal iterations of a loop are one
/// body.
struct Script {
  std::vector<Step> steps;
  std::vector<Work> work;  ///< every kind there is, once
  bool complete = true;    ///< false: too long to write out, or an operand no machine accepts
  bool edge = false;  ///< goes to edge memory, whose answers no script can know: for counting only
};

/// The tile at `at` on a machine with `engines` queue engines and `colors` colors.
Script write_script(const isa::Program& program, const isa::Coordinates& at, const CostModel& cost,
                    int engines, int colors);

}  // namespace weft::sim
