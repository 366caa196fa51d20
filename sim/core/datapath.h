// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "arch/arch.pb.h"
#include "base/dtype.h"
#include "isa/program_state.h"

namespace weft::sim {

/// The values of compute and transfer instructions on the SRAM of one tile. Storage as each
/// descriptor says, arithmetic in fp32, products by explicit fma with k ascending, one rounding to
/// nearest even when an element is stored: the same bits on every host. Knows no time; every engine
/// shares it. Descriptors were checked against the SRAM by the caller. `sums`: what the machine's
/// products are summed in.
void run_compute(const isa::Instr& instr, const isa::ProgramState& state, std::span<std::byte> sram,
                 DType sums = DType::f32);

/// What products are summed in on a machine.
DType product_sums(const arch::Machine& machine);

/// True when every operand of `instr` lies inside `sram_bytes`.
bool operands_fit(const isa::Instr& instr, const isa::ProgramState& state, std::int64_t sram_bytes);

/// Packs a tensor into wire words, row-major; the last word of 16-bit data may be half empty.
void pack_words(const isa::Descriptor& from, std::span<const std::byte> sram,
                std::span<std::uint32_t> words);

/// Stores a train into `to`: set, add, max or argmax as the receive's opcode says.
void unpack_words(isa::Opcode opcode, std::span<const std::uint32_t> words,
                  const isa::Descriptor& to, std::span<std::byte> sram);

/// words = words op local, for forward-op instructions.
void combine_words(isa::Opcode opcode, const isa::Descriptor& local,
                   std::span<const std::byte> sram, std::span<std::uint32_t> words);

}  // namespace weft::sim
