// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/run.h"

namespace weft {

/// Folder of the zoo model in the source tree.
std::string fable_folder();

/// `weft run` on fable-1m: generate, checked against the cpu unless changed.
cli::RunArguments fable_run(const std::string& arch, const std::string& region);

}  // namespace weft
