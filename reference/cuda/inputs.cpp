// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/inputs.h"

#include <cstring>

#include "reference/drawn.h"

namespace weft::reference::cuda {
namespace {

void draw_tokens(std::uint64_t seed, std::uint32_t vocabulary, HostTensor& tokens) {
  for (std::int64_t i = 0; i < tokens.elements(); ++i) {
    const std::int32_t id = counter_below(seed, 0, static_cast<std::uint64_t>(i), vocabulary);
    std::memcpy(tokens.data.data() + i * sizeof(id), &id, sizeof(id));
  }
}

}  // namespace

void draw_inputs(Op op, std::uint64_t seed, std::vector<HostTensor>& inputs) {
  for (std::size_t stream = 0; stream < inputs.size(); ++stream) {
    HostTensor& input = inputs[stream];
    input = make_tensor(input.shape, input.dtype);
    if (op == Op::embedding && stream == 0) {
      draw_tokens(seed, static_cast<std::uint32_t>(inputs[1].shape[0]), input);
      continue;
    }
    const bool is_weight = stream == 1 && (op == Op::linear || op == Op::rms_norm);
    const Law law = is_weight ? law_of_weight(input.shape) : kActivationLaw;
    for (std::int64_t i = 0; i < input.elements(); ++i) {
      set_value(input, i, law.value(seed, stream, static_cast<std::uint64_t>(i)));
    }
  }
}

}  // namespace weft::reference::cuda
