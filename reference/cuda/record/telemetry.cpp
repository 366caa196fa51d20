// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/telemetry.h"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace weft::reference::cuda {
namespace {

/// As much of NVML as is used; its functions return 0 when they could.
struct Nvml {
  using Handle = void*;
  int (*init)() = nullptr;
  int (*handle_of)(const char*, Handle*) = nullptr;
  int (*clock_of)(Handle, int, unsigned*) = nullptr;
  int (*power_of)(Handle, unsigned*) = nullptr;
  int (*driver_version)(char*, unsigned) = nullptr;

  bool open() {
    void* library = dlopen("libnvidia-ml.so.1", RTLD_NOW);
    return library != nullptr && find(library, init, "nvmlInit_v2") &&
           find(library, handle_of, "nvmlDeviceGetHandleByPciBusId_v2") &&
           find(library, clock_of, "nvmlDeviceGetClockInfo") &&
           find(library, power_of, "nvmlDeviceGetPowerUsage") &&
           find(library, driver_version, "nvmlSystemGetDriverVersion") && init() == 0;
  }

  template <class Function>
  static bool find(void* library, Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
  }
};

constexpr int kSmClock = 1;
constexpr int kMemoryClock = 2;

struct Gathered {
  unsigned sm_min = 0;
  unsigned sm_max = 0;
  unsigned memory = 0;
  double watts = 0;
  int power_samples = 0;

  void add(unsigned sm, unsigned memory_clock, std::optional<double> power) {
    if (sm != 0) {
      sm_min = sm_min == 0 ? sm : std::min(sm_min, sm);
      sm_max = std::max(sm_max, sm);
    }
    memory = std::max(memory, memory_clock);
    if (power) {
      watts += *power;
      ++power_samples;
    }
  }

  Seen seen() const {
    Seen result{sm_min, sm_max, memory, std::nullopt};
    if (power_samples > 0) {
      result.power_watts = watts / power_samples;
    }
    return result;
  }
};

}  // namespace

struct Telemetry::State {
  Nvml nvml;
  Nvml::Handle device = nullptr;
  std::string driver;
  std::mutex mutex;
  Gathered recent;
  Gathered total;
  std::atomic<bool> done = false;
  std::thread thread;

  void sample() {
    unsigned sm = 0;
    unsigned memory = 0;
    unsigned milliwatts = 0;
    if (nvml.clock_of(device, kSmClock, &sm) != 0) {
      sm = 0;
    }
    if (nvml.clock_of(device, kMemoryClock, &memory) != 0) {
      memory = 0;
    }
    const bool power = nvml.power_of(device, &milliwatts) == 0;
    const std::optional<double> watts =
        power ? std::optional<double>(milliwatts * 1e-3) : std::nullopt;
    const std::lock_guard lock(mutex);
    recent.add(sm, memory, watts);
    total.add(sm, memory, watts);
  }
};

Telemetry::Telemetry(const std::string& pci_bus) : state_(std::make_unique<State>()) {
  State& state = *state_;
  if (!state.nvml.open() || state.nvml.handle_of(pci_bus.c_str(), &state.device) != 0) {
    return;
  }
  char version[96] = {};
  if (state.nvml.driver_version(version, sizeof(version)) == 0) {
    state.driver = version;
  }
  state.thread = std::thread([&state] {
    while (!state.done) {
      state.sample();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
}

Telemetry::~Telemetry() {
  state_->done = true;
  if (state_->thread.joinable()) {
    state_->thread.join();
  }
}

std::string Telemetry::driver() const { return state_->driver; }

void Telemetry::mark() {
  const std::lock_guard lock(state_->mutex);
  state_->recent = {};
}

Seen Telemetry::since_mark() const {
  const std::lock_guard lock(state_->mutex);
  return state_->recent.seen();
}

Seen Telemetry::all() const {
  const std::lock_guard lock(state_->mutex);
  return state_->total.seen();
}

}  // namespace weft::reference::cuda
