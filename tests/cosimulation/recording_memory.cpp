// SPDX-License-Identifier: Apache-2.0
#include "recording_memory.h"

#include <algorithm>
#include <cstring>

#include "arch/edge.h"

namespace weft::sim {

RecordingMemory::RecordingMemory(const sc_core::sc_module_name& name)
    : sc_core::sc_module(name), socket("socket") {
  socket.register_b_transport(this, &RecordingMemory::b_transport);
  socket.register_transport_dbg(this, &RecordingMemory::transport_dbg);
  SC_THREAD(run_ticks);
}

void RecordingMemory::tick(int times) {
  ticks = times;
  begin_.notify(sc_core::SC_ZERO_TIME);
}

void RecordingMemory::run_ticks() {
  while (true) {
    while (ticks > 0) {
      sc_core::wait(2.3, sc_core::SC_NS);
      --ticks;
    }
    sc_core::wait(begin_);
  }
}

void RecordingMemory::b_transport(int channel, tlm::tlm_generic_payload& access,
                                  sc_core::sc_time& delay) {
  const sc_core::sc_time since = sc_core::sc_time_stamp() + delay - edge_origin();
  calls.push_back({static_cast<std::int64_t>(since.value() / edge_cycle().value()), channel,
                   access.is_write(), access.get_address()});
  if (way == Way::refuses) {
    access.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  move(access, access.get_data_length());
  if (way == Way::never) {
    sc_core::wait(never_);
  }
  const double more = by_address ? static_cast<double>(access.get_address() % 149) * 0.3 : 0;
  if (way == Way::waits) {
    sc_core::wait((cycles + more) * edge_cycle());
  } else {
    delay += (cycles + more) * edge_cycle();
  }
  access.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned RecordingMemory::transport_dbg(int, tlm::tlm_generic_payload& access) {
  const unsigned length = std::min(debug_most, access.get_data_length());
  move(access, length);
  return length;
}

void RecordingMemory::move(const tlm::tlm_generic_payload& access, unsigned length) {
  unsigned char* mine = bytes.data() + access.get_address();
  access.is_write() ? std::memcpy(mine, access.get_data_ptr(), length)
                    : std::memcpy(access.get_data_ptr(), mine, length);
}

RecordingMemory& recording_memory() {
  static RecordingMemory* const memory = [] {
    auto* made = new RecordingMemory("recording");
    for (int channel = 0; channel < arch::kMostEdgeChannels; ++channel) {
      edge_socket(channel).bind(made->socket);
    }
    return made;
  }();
  memory->way = RecordingMemory::Way::annotates;
  memory->cycles = 10;
  memory->by_address = false;
  memory->debug_most = 1 << 16;
  memory->calls.clear();
  std::fill(memory->bytes.begin(), memory->bytes.end(), static_cast<unsigned char>(0));
  return *memory;
}

}  // namespace weft::sim
