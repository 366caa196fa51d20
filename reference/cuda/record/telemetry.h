// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace weft::reference::cuda {

/// What the management library saw between two looks; a figure it does not tell is absent.
struct Seen {
  unsigned sm_mhz_min = 0;
  unsigned sm_mhz_max = 0;
  unsigned memory_mhz = 0;
  std::optional<double> power_watts;  ///< mean
};

/// Reads clocks and power beside the work, on a thread of its own, by NVML where there is one. It
/// changes no setting.
class Telemetry {
 public:
  /// `pci_bus`: of the device, as CUDA writes it.
  explicit Telemetry(const std::string& pci_bus);
  ~Telemetry();

  std::string driver() const;  ///< version; empty without NVML
  /// Forgets what one look gathers; all() keeps it.
  void mark();
  Seen since_mark() const;
  Seen all() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weft::reference::cuda
