// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"

namespace weft::isa {

/// A core may execute two to this power instructions while its bundle is verified.
inline constexpr int kMostExecutedLog2 = 28;

/// Everything a bundle breaks, one line each with role and instruction index: memory map (SRAM
/// overflow, overlapping buffers), descriptors outside their buffers, undefined descriptors, reads
/// of bytes nothing has written, routes and colors, words and element types of trains, WAIT fences,
/// loop counts, cyclic waits (by running the communication skeleton: word counts without time or
/// values). At most 20 lines. Empty: the bundle may be run.
std::vector<std::string> find_violations(const Bundle& bundle, const arch::Machine& machine,
                                         int most_executed_log2 = kMostExecutedLog2);

/// The same as an Error (input), the lines joined. `stop` is asked now and then; once it says true,
/// what is left is not looked at and the Error is of kind failed.
Status verify(const Bundle& bundle, const arch::Machine& machine,
              const std::function<bool()>& stop = {});

}  // namespace weft::isa
