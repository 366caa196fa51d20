// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/arch.pb.h"
#include "isa/bundle.pb.h"
#include "sim/simulate.h"

namespace weft::sim {

/// What the two engines say differently of one run, empty when they agree: cycles, bins and words
/// of every tile, instructions, ends of graph ops, tensors bit for bit, deadlock and the tiles
/// named in it.
std::string difference(const RunResult& word, const RunResult& dataflow);

/// Runs a bundle on both engines and compares.
std::string engines_differ(const isa::Bundle& bundle, const arch::Machine& machine, bool data,
                           std::int64_t word_quantum = 4096);

}  // namespace weft::sim
