// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

/// A line for each `--set` that changes nothing because the machine has the value already, the
/// earlier ones applied. Only the machine is looked at: whether a changed field also moves a figure
/// of the run would take a second run and is not said. Empty when the machine or an override is
/// faulty; loading it says so.
std::vector<std::string> idle_overrides(const std::string& machine,
                                        const std::vector<std::string>& overrides);

/// Prints them on standard error.
void warn_of_idle_overrides(const std::string& machine, const std::vector<std::string>& overrides);

}  // namespace weft::cli
