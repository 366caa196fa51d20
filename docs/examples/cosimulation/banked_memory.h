// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/edge_sockets.h"

/// A memory as Weft knows nothing of: four banks, each with one row of 2 KiB open at a time. An
/// access to an open row takes 15 ns, any other 45 ns, and bytes pass at 12.8 a nanosecond, all
/// behind a link of 100 ns.
class BankedMemory : public sc_core::sc_module {
 public:
  explicit BankedMemory(const sc_core::sc_module_name& name)
      : sc_core::sc_module(name), socket("socket") {
    socket.register_b_transport(this, &BankedMemory::b_transport);
    socket.register_transport_dbg(this, &BankedMemory::transport_dbg);
  }

  tlm_utils::simple_target_socket<BankedMemory> socket;
  int hits = 0;
  int misses = 0;

 private:
  static constexpr std::uint64_t kRow = 2048;
  struct Bank {
    std::uint64_t open_row = UINT64_MAX;
    sc_core::sc_time free;
  };

  // The delay is annotated: the channel may make its next request meanwhile.
  void b_transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
    move(access);
    const std::uint64_t row = access.get_address() / kRow;
    Bank& bank = banks_[row % banks_.size()];
    const bool hit = bank.open_row == row;
    (hit ? hits : misses) += 1;
    bank.open_row = row;
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const sc_core::sc_time arrives = now + delay + sc_core::sc_time(100, sc_core::SC_NS);
    const double busy = (hit ? 15 : 45) + access.get_data_length() / 12.8;
    bank.free = std::max(arrives, bank.free) + sc_core::sc_time(busy, sc_core::SC_NS);
    delay = bank.free - now;
    access.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  // How the host puts tensors there and reads them, in no time.
  unsigned transport_dbg(tlm::tlm_generic_payload& access) {
    move(access);
    return access.get_data_length();
  }

  void move(tlm::tlm_generic_payload& access) {
    const std::size_t end = access.get_address() + access.get_data_length();
    bytes_.resize(std::max(bytes_.size(), end));
    unsigned char* here = bytes_.data() + access.get_address();
    if (access.is_write()) {
      std::memcpy(here, access.get_data_ptr(), access.get_data_length());
    } else {
      std::memcpy(access.get_data_ptr(), here, access.get_data_length());
    }
  }

  std::array<Bank, 4> banks_;
  std::vector<unsigned char> bytes_;
};
