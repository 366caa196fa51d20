// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/arch.pb.h"
#include "sim/result.h"

namespace weft::sim {

/// What an engine knows beyond its RunResult.
struct AuditInput {
  const arch::Machine& machine;
  std::int64_t undrained = 0;     ///< colors that end with words on the way
  std::int64_t busiest_link = 0;  ///< words over the link that carried most
};

/// Facts that must hold of any run, checked in every run; the rest of `result` is filled already.
void audit(const AuditInput& input, RunResult& result);

/// Ends of graph ops by op, outer and inner loop index (0: never) as instances in order of
/// completion.
using OpEnds = std::vector<std::vector<std::vector<std::int64_t>>>;
void collect_ops(const OpEnds& ends, RunResult& result);

/// The bins of a graph op; of what belongs to none, where `op` is no index of one.
inline BinCycles& bins_of(std::int32_t op, std::vector<BinCycles>& by_op) {
  const bool none = op < 0 || op + 1 >= static_cast<std::int32_t>(by_op.size());
  return none ? by_op.back() : by_op[static_cast<std::size_t>(op)];
}

/// Engines that give every color its links to itself are exact as long as trains of two colors
/// were never on one link at once; they met `meetings` times.
void say_exactness(std::int64_t meetings, bool shared_links, RunResult& result);

}  // namespace weft::sim
