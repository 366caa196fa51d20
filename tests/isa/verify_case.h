// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"

namespace weft::isa {

/// 3x2 tiles of 4096 bytes, 16-byte instructions, 2 queue engines, 4 colors, 2-cycle ramps,
/// edge channels at tiles (0,1) and (2,1), 4096 bytes behind them.
arch::Machine small_machine();

/// A bundle in its text form; the test fails where it cannot be read.
Bundle bundle_of(const std::string& text);

/// What the verifier says of it on the small machine, with a load for every buffer.
std::vector<std::string> violations_loaded(const std::string& text);

/// What the verifier says of it on the small machine.
std::vector<std::string> violations(const std::string& text);

}  // namespace weft::isa
