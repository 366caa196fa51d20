// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/dtype.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {
namespace {

std::string fault_of(const EdgeTensor& tensor, const arch::Machine& machine) {
  if (!machine.has_edge()) {
    return "the machine has no edge; take one that has, or drop it";
  }
  if (tensor.dtype() < 0 || tensor.dtype() > 3) {
    return fmt::format("unknown element type {}", tensor.dtype());
  }
  if (tensor.rows() < 1 || tensor.columns() < 1) {
    return fmt::format("has shape [{}, {}], each needs 1 or more", tensor.rows(), tensor.columns());
  }
  const std::int64_t memory = machine.edge().memory();
  const std::int64_t bytes =
      std::int64_t{tensor.rows()} * tensor.columns() * bytes_of(static_cast<DType>(tensor.dtype()));
  if (tensor.address() < 0 || tensor.address() > memory - bytes) {
    return fmt::format("takes {} bytes from address {} on, and edge.memory has {}; move it", bytes,
                       tensor.address(), memory);
  }
  return {};
}

}  // namespace

void check_edge_tensors(const Bundle& bundle, const arch::Machine& machine, Findings& findings) {
  const auto check = [&](const char* what, const EdgeTensor& tensor) {
    if (const std::string fault = fault_of(tensor, machine); !fault.empty()) {
      findings.add(fmt::format("{} of {}: {}", what, tensor.tensor(), fault));
    }
  };
  for (const EdgeTensor& load : bundle.edge_loads()) {
    check("edge load", load);
  }
  for (const EdgeTensor& show : bundle.edge_shows()) {
    check("edge show", show);
    const bool taken =
        std::any_of(bundle.probes().begin(), bundle.probes().end(),
                    [&](const Probe& probe) { return probe.name() == show.tensor(); });
    if (taken) {
      findings.add(
          fmt::format("edge show of {}: a probe has that name; rename one", show.tensor()));
    }
  }
}

}  // namespace weft::isa
