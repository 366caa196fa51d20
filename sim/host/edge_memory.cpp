// SPDX-License-Identifier: Apache-2.0
#include "sim/host/edge_memory.h"

#include <algorithm>
#include <cstring>

#include "arch/edge.h"

namespace weft::sim {
namespace {

std::int64_t cycles_of(std::int64_t bytes, const arch::Ratio& rate) {
  return (bytes * rate.den() + rate.num() - 1) / rate.num();
}

}  // namespace

EdgeMemory::EdgeMemory(const sc_core::sc_module_name& name)
    : sc_core::sc_module(name), socket("socket") {
  socket.register_b_transport(this, &EdgeMemory::b_transport);
  socket.register_transport_dbg(this, &EdgeMemory::transport_dbg);
}

void EdgeMemory::begin(const arch::Edge& edge, const CycleClock& clock, bool keeps) {
  edge_ = edge;
  clock_ = clock;
  keeps_ = keeps;
  free_.assign(arch::kMostEdgeChannels, 0);
  shared_free_ = 0;
  pages_.clear();
  pages_.resize((static_cast<std::size_t>(edge.memory()) + kPage - 1) / kPage);
}

// A request is in the channel `latency` cycles after it was made, or when what came before it has
// passed; the bandwidth all channels share is given out in the order of asking.
std::int64_t EdgeMemory::done(std::size_t channel, std::int64_t asked, std::int64_t bytes) {
  const std::int64_t ready = asked + edge_.latency();
  free_[channel] = std::max(ready, free_[channel]) + cycles_of(bytes, edge_.bytes_per_cycle());
  if (edge_.has_shared_bytes_per_cycle()) {
    shared_free_ = std::max(ready, shared_free_) + cycles_of(bytes, edge_.shared_bytes_per_cycle());
    free_[channel] = std::max(free_[channel], shared_free_);
  }
  return free_[channel];
}

void EdgeMemory::b_transport(int channel, tlm::tlm_generic_payload& access,
                             sc_core::sc_time& delay) {
  if (!reaches(access)) {
    access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  if (keeps_) {
    move(access);
  }
  const std::int64_t asked = clock_.cycle_from(sc_core::sc_time_stamp() + delay);
  delay = clock_.at(done(static_cast<std::size_t>(channel), asked, access.get_data_length())) -
          sc_core::sc_time_stamp();
  access.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned EdgeMemory::transport_dbg(int, tlm::tlm_generic_payload& access) {
  if (!reaches(access)) {
    return 0;
  }
  move(access);
  return access.get_data_length();
}

bool EdgeMemory::reaches(const tlm::tlm_generic_payload& access) const {
  const auto memory = static_cast<std::uint64_t>(edge_.memory());
  return access.get_data_length() <= memory &&
         access.get_address() <= memory - access.get_data_length();
}

void EdgeMemory::move(const tlm::tlm_generic_payload& access) {
  std::uint64_t address = access.get_address();
  unsigned char* data = access.get_data_ptr();
  for (std::size_t left = access.get_data_length(); left > 0;) {
    auto& page = pages_[address / kPage];
    const std::size_t at = address % kPage;
    const std::size_t bytes = std::min(left, kPage - at);
    if (access.is_write()) {
      if (!page) {
        page = std::make_unique<unsigned char[]>(kPage);
      }
      std::memcpy(page.get() + at, data, bytes);
    } else if (page) {
      std::memcpy(data, page.get() + at, bytes);
    } else {
      std::memset(data, 0, bytes);
    }
    address += bytes;
    data += bytes;
    left -= bytes;
  }
}

}  // namespace weft::sim
