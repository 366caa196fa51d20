// SPDX-License-Identifier: Apache-2.0
// For programs that bring a memory of their own (docs/cosimulation.md). Needs the headers of
// SystemC: link weft::systemc beside weft::sim.
#pragma once

#ifndef SC_INCLUDE_DYNAMIC_PROCESSES
#define SC_INCLUDE_DYNAMIC_PROCESSES
#endif
#include <systemc>
#include <tlm>

namespace weft::sim {

/// TLM-2.0 initiator of an edge channel: 32 bits wide, base protocol, blocking transport and debug
/// transport. Channels left unbound go to Weft's own memory.
using EdgeSocket =
    tlm::tlm_initiator_socket<32, tlm::tlm_base_protocol_types, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

/// Socket of a channel, 0 to arch::kMostEdgeChannels - 1. To be bound before the first simulate()
/// of the process: SystemC takes no bindings once it has elaborated.
EdgeSocket& edge_socket(int channel);

/// Cycle 0 of the run in SystemC time, and how long a cycle is: 1 / frequency in whole picoseconds,
/// at least 10 ps, at most 1 us. For targets that count in cycles.
sc_core::sc_time edge_origin();
sc_core::sc_time edge_cycle();

}  // namespace weft::sim
