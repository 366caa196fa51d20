// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "arch/arch.pb.h"
#include "sim/edge_sockets.h"
#include "sim/host/cycle_clock.h"
// The sockets come after what they need of SystemC.
#include <tlm_utils/multi_passthrough_target_socket.h>

namespace weft::sim {

/// The memory at the other end of channels nobody else is bound to: a latency and bandwidths
/// (docs/timing_model.md, "Edge"). One target socket, bound once a channel, in their order.
class EdgeMemory : public sc_core::sc_module {
 public:
  explicit EdgeMemory(const sc_core::sc_module_name& name);

  tlm_utils::multi_passthrough_target_socket<EdgeMemory> socket;

  /// A run begins: everything is zeros and free. Without `keeps` only time passes.
  void begin(const arch::Edge& edge, const CycleClock& clock, bool keeps);
  /// It is over, and what was kept is given back.
  void end() { pages_.clear(); }

 private:
  static constexpr std::size_t kPage = std::size_t{1} << 16;

  void b_transport(int channel, tlm::tlm_generic_payload& access, sc_core::sc_time& delay);
  unsigned transport_dbg(int channel, tlm::tlm_generic_payload& access);
  bool reaches(const tlm::tlm_generic_payload& access) const;
  void move(const tlm::tlm_generic_payload& access);
  std::int64_t done(std::size_t channel, std::int64_t asked, std::int64_t bytes);

  arch::Edge edge_;
  CycleClock clock_;
  bool keeps_ = false;
  std::vector<std::int64_t> free_;  ///< by channel: cycle its last transfer ends
  std::int64_t shared_free_ = 0;
  std::vector<std::unique_ptr<unsigned char[]>> pages_;  ///< none: zeros
};

}  // namespace weft::sim
