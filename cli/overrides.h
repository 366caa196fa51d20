// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

/// Each `--set` that changes nothing because the machine has the value already, the earlier ones
/// applied. Only the machine is looked at; override_effect.h looks at a run. Empty when the machine
/// or an override is faulty; loading it says so.
std::vector<std::string> idle_overrides(const std::string& machine,
                                        const std::vector<std::string>& overrides);

/// Prints a line for each on standard error and returns them.
std::vector<std::string> warn_of_idle_overrides(const std::string& machine,
                                                const std::vector<std::string>& overrides);

}  // namespace weft::cli
