// SPDX-License-Identifier: Apache-2.0
#include "isa/verify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isa/verify/skeleton.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {

std::vector<std::string> find_violations(const Bundle& bundle, const arch::Machine& machine,
                                         int most_executed_log2) {
  Findings findings;
  ResolvedBundle resolved;
  check_structure(bundle, machine, resolved, findings);
  check_memory_map(bundle, machine, findings);
  check_tensors(bundle, findings);
  check_routes(bundle, machine, resolved, findings);
  if (!findings.any()) {
    Skeleton(bundle, machine, resolved, findings, most_executed_log2).run();
  }
  return findings.take();
}

Status verify(const Bundle& bundle, const arch::Machine& machine) {
  const std::vector<std::string> lines = find_violations(bundle, machine);
  if (lines.empty()) {
    return {};
  }
  return input_error(fmt::format("{}", fmt::join(lines, "\n")));
}

}  // namespace weft::isa
