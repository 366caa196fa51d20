// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "isa/bundle.pb.h"
#include "sim/edge/edge_port.h"
#include "sim/simulate.h"

namespace weft::sim {

/// How an engine is after it was advanced: it has more to do, only edge memory can get it on, or
/// there is nothing more to do.
enum class Advanced : std::uint8_t { running, waiting, over };
using AdvanceUntil = std::function<Advanced(std::int64_t until)>;

/// What of a run lies beyond the edge.
struct EdgeRun {
  EdgePort& port;
  const isa::Bundle& bundle;
  const arch::Machine& machine;
  const TensorSource& tensors;
  bool data = true;     ///< off: tensors are neither put there nor read
  bool use_own = true;  ///< memories bound to edge sockets, where there are any
  std::map<std::string, DenseTensor> shown{};  ///< what the host read there at the end
};

/// Runs `advance` under SystemC: the wafer is one module whose one SC_METHOD is woken every
/// `quantum` cycles. Tiles are not modules: one would cost 1.8 KB and 7 us to build, a wake-up 50
/// ns (docs/architecture.md). Not reentrant: SystemC has one simulation context in a process.
void run_under_systemc(const AdvanceUntil& advance, std::int64_t quantum);

/// The same with the edge: the wafer also wakes when requests are due, hands them to the channels
/// in (cycle, channel) order, and never lets the engine pass a cycle in which another process of
/// the simulation may still act. Errors: input (tensors missing, a memory that refuses).
Status run_with_edge(const AdvanceUntil& advance, std::int64_t quantum, EdgeRun& edge);

}  // namespace weft::sim
