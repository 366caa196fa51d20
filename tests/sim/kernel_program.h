// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "contract_case.h"

namespace weft::sim {

/// Links that take a word a cycle, or less.
enum class KernelPace : std::uint8_t { word_a_cycle, slow };

/// Draws what kernels are made of: a mesh whose rows or columns all reduce along a chain (to an end
/// or from both ends), broadcast, or shift to the neighbor, with computing in between that differs
/// from row to row or column to column; the whole a few times over. Tiles of a line differ by
/// their place only, so that most of them move as vectors. No two trains share a link.
ContractCase draw_kernels(std::uint64_t seed, KernelPace pace = KernelPace::word_a_cycle);

}  // namespace weft::sim
