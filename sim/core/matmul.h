// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "isa/program_state.h"

namespace weft::sim {

/// C (+)= alpha * A B in fp32: per element one fma chain over ascending k, then alpha, then (for
/// mm.acc) the sum with C, then one rounding. Vectorised over n; run-time dispatch, same bits.
/// `sums`: f16 rounds the chain after every product, on machines that add in fp16.
void run_matmul(const isa::Descriptor& c, const isa::Descriptor& a, const isa::Descriptor& b,
                float alpha, bool accumulate, std::span<std::byte> sram, DType sums = DType::f32);

}  // namespace weft::sim
