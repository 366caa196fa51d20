// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "mapper/waferllm/two_level.h"
#include "mapper/waferllm/waferllm.h"

namespace weft::mapper {

/// Parts of a layer, in order: the graph ops of the bundle.
inline constexpr std::array<std::string_view, 12> kWaferLlmOps = {
    "input_norm", "qkv", "rope",      "score",   "softmax",  "output",
    "o",          "add", "post_norm", "up_gate", "silu_mul", "down"};

/// An axis of the region as one tile sees it.
struct WaferLlmAxis {
  TwoLevelPlace place;
  const collectives::Colors* colors = nullptr;
};

/// Writes all layers of one role.
void write_waferllm(const WaferLlm& model, const WaferLlmAxis& x, const WaferLlmAxis& y,
                    isa::RoleBuilder& role);

}  // namespace weft::mapper
