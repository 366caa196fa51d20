// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "program_spec.h"

namespace weft::sim {

/// The smallest program found that still fails: fewer instructions, trees and tiles, shorter
/// trains, a plainer machine. `fails` is called some hundreds of times.
ProgramSpec shrink(ProgramSpec spec, const std::function<bool(const ProgramSpec&)>& fails);

}  // namespace weft::sim
