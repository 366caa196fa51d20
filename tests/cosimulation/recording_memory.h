// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>
#include <vector>

#include "sim/edge_sockets.h"
// The sockets come after what they need of SystemC.
#include <tlm_utils/multi_passthrough_target_socket.h>

namespace weft::sim {

/// A user's memory, bound to all channels: keeps 64 KiB, writes down who asked when, and
/// answers as the test says.
class RecordingMemory : public sc_core::sc_module {
 public:
  struct Call {
    std::int64_t cycle = 0;
    int channel = 0;
    bool writes = false;
    std::uint64_t address = 0;
    bool operator==(const Call&) const = default;
  };
  enum class Way { annotates, waits, never, refuses };

  SC_HAS_PROCESS(RecordingMemory);
  explicit RecordingMemory(const sc_core::sc_module_name& name);
  /// A process of its own that does nothing so many times, 2.3 ns apart: a clock or a refresh.
  void tick(int times);

  tlm_utils::multi_passthrough_target_socket<RecordingMemory> socket;

  Way way = Way::annotates;
  double cycles = 10;             ///< of every access
  bool by_address = false;        ///< … and some more, other ones at every address
  unsigned debug_most = 1 << 16;  ///< bytes of one debug access
  int ticks = 0;                  ///< still to come
  std::vector<Call> calls;
  std::vector<unsigned char> bytes = std::vector<unsigned char>(1 << 16);

 private:
  void b_transport(int channel, tlm::tlm_generic_payload& access, sc_core::sc_time& delay);
  unsigned transport_dbg(int channel, tlm::tlm_generic_payload& access);
  void move(const tlm::tlm_generic_payload& access, unsigned length);
  void run_ticks();

  sc_core::sc_event begin_, never_;
};

/// The one of this process, bound and at its defaults.
RecordingMemory& recording_memory();

}  // namespace weft::sim
