// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "isa/bundle.h"

namespace weft::isa {

/// A bundle that is well formed for the text form, though it need not make sense to a machine:
/// every kind of instruction, operand and declaration turns up. The same seed, the same bundle.
Bundle random_bundle(std::uint64_t seed);

}  // namespace weft::isa
