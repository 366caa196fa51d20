// SPDX-License-Identifier: Apache-2.0
#include "sim/host/systemc_host.h"

#include <cstdlib>
#include <systemc>

// SystemC's library refers to it; Weft has its own main.
int sc_main(int, char*[]) { return 0; }

namespace weft::sim {
namespace {

sc_core::sc_time cycles(std::int64_t count) {
  return sc_core::sc_time(static_cast<double>(count), sc_core::SC_NS);
}

/// The wafer as SystemC sees it. Built once for the life of the process (modules cannot be added
/// after elaboration) and lent to one run at a time.
class Wafer : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Wafer);
  explicit Wafer(const sc_core::sc_module_name& name) : sc_core::sc_module(name) {
    SC_METHOD(wake);
    sensitive << wake_up_;
    dont_initialize();
  }

  void begin(const AdvanceUntil& advance, std::int64_t quantum) {
    advance_ = &advance;
    quantum_ = quantum;
    until_ = 0;
    wake_up_.notify(sc_core::SC_ZERO_TIME);
  }

 private:
  void wake() {
    until_ += quantum_;
    if ((*advance_)(until_)) {
      wake_up_.notify(cycles(quantum_));
    }
  }

  sc_core::sc_event wake_up_;
  const AdvanceUntil* advance_ = nullptr;
  std::int64_t quantum_ = 0;
  std::int64_t until_ = 0;
};

Wafer& wafer() {
  static Wafer* const instance = [] {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return new Wafer("wafer");
  }();
  return *instance;
}

}  // namespace

void run_under_systemc(const AdvanceUntil& advance, std::int64_t quantum) {
  wafer().begin(advance, quantum);
  sc_core::sc_start();
}

}  // namespace weft::sim
