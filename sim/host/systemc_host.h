// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace weft::sim {

/// Advances something up to a cycle; returns false when there is nothing more to do.
using AdvanceUntil = std::function<bool(std::int64_t until)>;

/// Runs `advance` under SystemC: the wafer is one module whose one SC_METHOD is woken every
/// `quantum` cycles (a SystemC nanosecond stands for a cycle). Tiles are not modules: one would
/// cost 1.8 KB and 7 us to build, a wake-up 50 ns (docs/architecture.md). Edge memories and hosts
/// will be modules beside it. Not reentrant: SystemC has one simulation context in a process.
void run_under_systemc(const AdvanceUntil& advance, std::int64_t quantum);

}  // namespace weft::sim
