// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "isa/place_groups.h"

namespace weft::isa {

/// By instruction: the scalar registers, a bit each, whose values after it may still decide how a
/// program runs: branches, rounds of loops, dimensions and strides of descriptors, cycles of
/// `busy`, operands of transfers; unless `in` is timing, also where descriptors lie, divisors and
/// what probes show. Where masks, gathers and arg-max count from is not among them.
std::vector<std::uint32_t> registers_that_matter(const Program& program, AlikeIn in);

}  // namespace weft::isa
