// SPDX-License-Identifier: Apache-2.0
#include "sim/host/edge_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft::sim {
namespace {

void fill(EdgeRequest& request, tlm::tlm_generic_payload& payload) {
  const auto length = static_cast<unsigned>(request.data.size());
  payload.set_command(request.writes ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(request.address);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(request.data.data()));
  payload.set_data_length(length);
  payload.set_streaming_width(length);
  payload.set_byte_enable_ptr(nullptr);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

}  // namespace

EdgeChannel::EdgeChannel(const sc_core::sc_module_name& name, int number)
    : sc_core::sc_module(name), own("own"), standard("standard"), number_(number) {}

void EdgeChannel::begin(EdgePort& port, const CycleClock& clock, bool use_own) {
  ++run_;
  port_ = &port;
  clock_ = clock;
  use_own_ = use_own && own.size() > 0;
  queue_.clear();
  if (!std::exchange(spawned_, true)) {
    sc_core::sc_spawn([this] { serve(); }, sc_core::sc_gen_unique_name("serve"));
  }
}

void EdgeChannel::end() {
  port_ = nullptr;
  queue_.clear();
}

void EdgeChannel::put(EdgeRequest request) {
  queue_.push_back(std::move(request));
  put_.notify(sc_core::SC_ZERO_TIME);
}

void EdgeChannel::serve() {
  while (true) {
    while (queue_.empty()) {
      sc_core::wait(put_);
    }
    request_ = std::move(queue_.front());
    queue_.pop_front();
    transport();
  }
}

void EdgeChannel::transport() {
  const std::int64_t run = run_;
  fill(request_, payload_);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  use_own_ ? own->b_transport(payload_, delay) : standard->b_transport(payload_, delay);
  if (run != run_ || port_ == nullptr) {
    return;
  }
  if (!payload_.is_response_ok()) {
    port_->refuse(
        fmt::format("edge channel {}: the memory answered {} to a {} of {} bytes at {:#x}", number_,
                    payload_.get_response_string(), request_.writes ? "write" : "read",
                    request_.data.size(), request_.address));
    return;
  }
  const std::int64_t end = clock_.cycle_from(sc_core::sc_time_stamp() + delay);
  port_->answer({request_.operation, std::max(end, request_.cycle + 1), std::move(request_.data)});
}

unsigned EdgeChannel::debug(EdgeRequest& access) {
  tlm::tlm_generic_payload payload;
  fill(access, payload);
  return use_own_ ? own->transport_dbg(payload) : standard->transport_dbg(payload);
}

}  // namespace weft::sim
