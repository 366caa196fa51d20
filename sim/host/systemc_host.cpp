// SPDX-License-Identifier: Apache-2.0
#include "sim/host/systemc_host.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "arch/edge.h"
#include "sim/host/edge_channel.h"
#include "sim/host/edge_host.h"
#include "sim/host/edge_memory.h"

// SystemC's library refers to it; Weft has its own main.
int sc_main(int, char*[]) { return 0; }

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
// SystemC's threads have stacks of their own, of which AddressSanitizer is not told; its stacks
// for finding uses after return come apart over that.
extern "C" const char* __asan_default_options() {  // NOLINT: the name it looks for
  return "detect_stack_use_after_return=0";
}
#endif
#endif

namespace weft::sim {
namespace {

constexpr sc_core::sc_time_unit kPicoseconds = sc_core::SC_PS;

/// The wafer as SystemC sees it, its edge channels and the memory behind those nobody has bound.
/// Built once for the life of the process (modules cannot be added after elaboration) and lent to
/// one run at a time.
class Wafer : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Wafer);
  explicit Wafer(const sc_core::sc_module_name& name) : sc_core::sc_module(name), memory("memory") {
    SC_METHOD(wake);
    sensitive << wake_up_;
    dont_initialize();
    for (int c = 0; c < arch::kMostEdgeChannels; ++c) {
      const std::string channel = "channel" + std::to_string(c);
      channels.push_back(std::make_unique<EdgeChannel>(channel.c_str(), c));
      channels.back()->standard.bind(memory.socket);
    }
  }

  void run(const AdvanceUntil& advance, std::int64_t quantum, const CycleClock& run_clock,
           EdgePort* port) {
    advance_ = &advance;
    quantum_ = quantum;
    clock = run_clock;
    port_ = port;
    until_ = 0;
    advanced_ = 0;
    wake_up_.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start();
  }

  EdgeMemory memory;
  std::vector<std::unique_ptr<EdgeChannel>> channels;
  CycleClock clock;

 private:
  void wake() {
    if (port_ != nullptr) {
      return wake_with_edge();
    }
    until_ += quantum_;
    if ((*advance_)(until_) == Advanced::running) {
      wake_up_.notify(clock.span(quantum_));
    } else {
      rest();
    }
  }

  // Other modules of the process may go on for ever.
  static void rest() {
    if (sc_core::sc_pending_activity()) {
      sc_core::sc_pause();
    }
  }

  // Once everybody else has done what they do at this time: the engine learns what was answered,
  // the next request of this cycle is made, and so on until neither is left.
  void wake_with_edge() {
    if (sc_core::sc_pending_activity_at_current_time()) {
      wake_up_.notify(sc_core::SC_ZERO_TIME);
      return;
    }
    const std::int64_t now = clock.cycle_from(sc_core::sc_time_stamp());
    const std::int64_t others = next_of_others();
    until_ = std::min(others, (now / quantum_ + 1) * quantum_);
    const Advanced state = (*advance_)(until_);
    advanced_ = std::max(advanced_, until_);
    const std::int64_t safe = state == Advanced::waiting ? EdgePort::kNever : advanced_;
    const std::int64_t asked = port_->earliest();
    const bool stuck =
        state == Advanced::waiting && asked == EdgePort::kNever && others == EdgePort::kNever;
    if (state == Advanced::over || stuck || !port_->refusal().empty()) {
      return rest();
    }
    if (asked <= now) {
      EdgeRequest request = port_->take();
      channels[static_cast<std::size_t>(request.channel)]->put(std::move(request));
      wake_up_.notify(sc_core::SC_ZERO_TIME);
      return;
    }
    const std::int64_t next = asked < safe                 ? std::min(asked, others)
                              : state == Advanced::waiting ? others
                                                           : until_;
    wake_up_.notify(clock.at(next) - sc_core::sc_time_stamp());
  }

  // The first cycle another process of the simulation may know something about.
  std::int64_t next_of_others() const {
    if (!sc_core::sc_pending_activity_at_future_time()) {
      return EdgePort::kNever;
    }
    return clock.cycle_from(sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity());
  }

  sc_core::sc_event wake_up_;
  const AdvanceUntil* advance_ = nullptr;
  EdgePort* port_ = nullptr;
  std::int64_t quantum_ = 0;
  std::int64_t until_ = 0;
  std::int64_t advanced_ = 0;  ///< the engine has done all it can before this cycle
};

Wafer& wafer() {
  static Wafer* const instance = [] {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return new Wafer("wafer");
  }();
  return *instance;
}

sc_core::sc_time period_of(double frequency) {
  return {std::clamp(std::round(1e12 / frequency), 10.0, 1e6), kPicoseconds};
}

}  // namespace

void run_under_systemc(const AdvanceUntil& advance, std::int64_t quantum) {
  Wafer& host = wafer();
  const CycleClock clock(sc_core::sc_time_stamp(), sc_core::sc_time(1, sc_core::SC_NS));
  host.run(advance, quantum, clock, nullptr);
}

Status run_with_edge(const AdvanceUntil& advance, std::int64_t quantum, EdgeRun& edge) {
  Wafer& host = wafer();
  const CycleClock clock(sc_core::sc_time_stamp(), period_of(edge.machine.frequency()));
  host.clock = clock;
  host.memory.begin(edge.machine.edge(), clock, edge.data);
  const auto used = host.channels.begin();
  const auto end = used + edge.machine.edge().channels();
  std::for_each(used, end,
                [&](const auto& channel) { channel->begin(edge.port, clock, edge.use_own); });
  if (sc_core::sc_get_status() == sc_core::SC_ELABORATION) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);  // sockets are bound from here on
  }
  EdgeHost beyond(edge.bundle, **used);
  Status status = edge.data ? beyond.preload(edge.tensors) : Status();
  if (status.ok()) {
    host.run(advance, quantum, clock, &edge.port);
    status = edge.port.refusal().empty() ? Status() : input_error(edge.port.refusal());
  }
  std::for_each(used, end, [](const auto& channel) { channel->end(); });
  if (status.ok() && edge.data) {
    status = beyond.read(edge.shown);
  }
  host.memory.end();
  return status;
}

EdgeSocket& edge_socket(int channel) {
  return wafer().channels.at(static_cast<std::size_t>(channel))->own;
}
sc_core::sc_time edge_origin() { return wafer().clock.origin(); }
sc_core::sc_time edge_cycle() { return wafer().clock.period(); }

}  // namespace weft::sim
