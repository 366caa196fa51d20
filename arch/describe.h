// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/arch.pb.h"

namespace weft::arch {

/// What `weft arch show` prints: every number with its unit and source, then the list of those
/// that nobody published.
std::string describe(const Machine& machine);

/// What `weft arch list` prints: a line for each preset.
std::string describe_presets();

}  // namespace weft::arch
