// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapper/kernels/emitter.h"

namespace weft::mapper {

/// Steps that read the prompt.
int prompt_steps(const Request& request, const Shape& shape);

/// Steps of a run: prompt chunks, then one per further token.
int step_count(const Request& request, const Shape& shape);

/// The whole program of one role: for every step, embedding, layers, and the head where a token is
/// wanted. The same text for every role; what differs is each tile's place in the chains.
void write_program(Emitter& emitter);

}  // namespace weft::mapper
