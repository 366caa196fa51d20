// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"

namespace weft::sim {

/// 2 x 2 tiles without set-up costs; channel 0 lies at tile (0,1), channel 1 at tile (1,1). 4 bytes
/// a cycle and channel, latency 10, 4096 bytes.
arch::Machine edge_machine();

/// Assembled; a fault of the text fails the test.
isa::Bundle assembled(const std::string& text);

/// Accepted by the verifier and run to its end on either engine, which must agree; otherwise the
/// test fails.
RunResult run_on_both(const isa::Bundle& bundle, const arch::Machine& machine,
                      const TensorSource& tensors = {}, Options options = {});

std::int64_t cycles_in(const RunResult& result, int tile, Bin bin);

}  // namespace weft::sim
