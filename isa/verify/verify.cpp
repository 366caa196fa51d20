// SPDX-License-Identifier: Apache-2.0
#include "isa/verify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isa/verify/shared_proof.h"
#include "isa/verify/skeleton.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {

namespace {

std::vector<std::string> find(const Bundle& bundle, const arch::Machine& machine,
                              int most_executed_log2, const std::function<bool()>& stop) {
  Findings findings;
  ResolvedBundle resolved;
  check_structure(bundle, machine, resolved, findings);
  check_memory_map(bundle, machine, findings);
  check_tensors(bundle, resolved, findings);
  check_edge_tensors(bundle, machine, findings);
  if (stop()) {
    return {};
  }
  const bool sane = check_routes(bundle, machine, resolved, findings);
  if (sane && !findings.any() && prove_sound(bundle, machine, resolved, most_executed_log2, stop)) {
    return {};
  }
  if (sane && !stop()) {
    follow_routes(bundle, machine, resolved, findings);
  }
  if (!findings.any() && !stop()) {
    Skeleton(bundle, machine, resolved, findings, most_executed_log2, stop).run();
  }
  return findings.take();
}

}  // namespace

std::vector<std::string> find_violations(const Bundle& bundle, const arch::Machine& machine,
                                         int most_executed_log2) {
  return find(bundle, machine, most_executed_log2, [] { return false; });
}

Status verify(const Bundle& bundle, const arch::Machine& machine,
              const std::function<bool()>& stop) {
  bool stopped = false;
  const std::vector<std::string> lines = find(
      bundle, machine, kMostExecutedLog2, [&] { return stopped = stopped || (stop && stop()); });
  if (stopped) {
    return failed_error("stopped before the bundle was verified");
  }
  return lines.empty() ? Status() : Status(input_error(fmt::format("{}", fmt::join(lines, "\n"))));
}

}  // namespace weft::isa
