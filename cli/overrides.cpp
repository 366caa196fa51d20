// SPDX-License-Identifier: Apache-2.0
#include "cli/overrides.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <cstdio>

#include "arch/machine.h"
#include "base/yaml_reader.h"

namespace weft::cli {

std::vector<std::string> idle_overrides(const std::string& machine,
                                        const std::vector<std::string>& overrides) {
  if (overrides.empty()) {
    return {};
  }
  const Result<arch::Machine> loaded = arch::load_machine(machine);
  if (!loaded) {
    return {};
  }
  std::vector<std::string> idle;
  arch::Machine now = *loaded;
  for (const std::string& assignment : overrides) {
    const arch::Machine before = now;
    if (!set_field(now, assignment).ok()) {
      return {};
    }
    if (google::protobuf::util::MessageDifferencer::Equals(before, now)) {
      idle.push_back(assignment);
    }
  }
  return idle;
}

std::vector<std::string> warn_of_idle_overrides(const std::string& machine,
                                                const std::vector<std::string>& overrides) {
  std::vector<std::string> idle = idle_overrides(machine, overrides);
  for (const std::string& assignment : idle) {
    fmt::print(stderr, "weft: --set {} changes nothing: it is the value already\n", assignment);
  }
  return idle;
}

}  // namespace weft::cli
