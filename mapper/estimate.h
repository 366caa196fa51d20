// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/arch.pb.h"
#include "mapper/decoder.h"
#include "mapper/placement.h"
#include "mapper/shape.h"

namespace weft::mapper {

/// Whether the attention weights of a single token, or of each of a batch, meet the values sooner
/// in vector operations than in a product, whose rows are short.
bool weighs_by_vector(const Shape& shape, const arch::Machine& machine);

/// Rough cycles of one decoder layer for one token of each sequence: products, special functions
/// and passes of its largest tile by the costs of the machine, all-reduces by a straight line
/// through what planned trees take (docs/collectives.md). For decode steps of Llama-3-8B on `wse2`
/// it is 0 to 3 % below simulated cycles, on six single regions and on the whole wafer.
std::int64_t estimate_layer(const Decoder& decoder, const Shape& shape,
                            const arch::Machine& machine);

/// What an estimate has to know of a step beside its placement.
struct EstimatedStep {
  int positions = 1;  ///< as Shape::positions
  Layouts layouts;
  int batch = 1;
  bool in_chains = false;  ///< as Shape::in_chains
};

/// … of one token of each sequence through all regions of a placement, embedding, head and
/// hand-offs included.
std::int64_t estimate_token(const Decoder& decoder, const Placement& placement,
                            const EstimatedStep& step, const arch::Machine& machine);

}  // namespace weft::mapper
