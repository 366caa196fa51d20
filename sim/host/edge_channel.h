// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "sim/edge/edge_port.h"
#include "sim/edge_sockets.h"
#include "sim/host/cycle_clock.h"
// The sockets come after what they need of SystemC.
#include <tlm_utils/simple_initiator_socket.h>

namespace weft::sim {

/// One channel of the edge: its SC_THREAD takes requests in order and makes each a blocking
/// transport. A target that annotates its delay leaves the channel free for the next request; one
/// that waits holds it until it returns. The thread is there from the first run that needs it on.
class EdgeChannel : public sc_core::sc_module {
 public:
  EdgeChannel(const sc_core::sc_module_name& name, int number);

  tlm_utils::simple_initiator_socket_optional<EdgeChannel> own;  ///< the user's to bind
  tlm_utils::simple_initiator_socket<EdgeChannel> standard;      ///< Weft's memory

  /// A run begins; what is still out from one before it counts no more. `use_own`: where bound.
  void begin(EdgePort& port, const CycleClock& clock, bool use_own);
  void end();
  /// Makes the request in the next delta cycle, or when those before it have returned.
  void put(EdgeRequest request);
  /// Bytes moved in no time, for the host: as many as the target took.
  unsigned debug(EdgeRequest& access);

 private:
  void serve();
  void transport();

  const int number_;
  bool spawned_ = false;
  bool use_own_ = false;
  std::int64_t run_ = 0;
  EdgePort* port_ = nullptr;
  CycleClock clock_;
  std::deque<EdgeRequest> queue_;
  EdgeRequest request_;  ///< under way
  tlm::tlm_generic_payload payload_;
  sc_core::sc_event put_;
};

}  // namespace weft::sim
