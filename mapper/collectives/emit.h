// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "isa/role_builder.h"
#include "mapper/collectives/line_plan.h"

namespace weft::mapper::collectives {

/// Adds t up (or whatever `receive` and `forward` do) into the root's; that of others is then
/// partial.
void emit_reduce(isa::RoleBuilder& role, const Place& place, const Colors& colors,
                 isa::Opcode receive, isa::Opcode forward, int t);

/// The root's t into everyone's.
void emit_return(isa::RoleBuilder& role, const Place& place, const Colors& colors, int t);

/// Both: everyone's t becomes the sum of all. Nothing for tiles outside or alone. `meanwhile` adds
/// what does not touch t's memory – descriptors and scalars of what comes after – where the tile
/// waits: ahead of its last train if it takes several, else behind what it sends.
void emit_all_reduce(isa::RoleBuilder& role, const Place& place, const Colors& colors,
                     isa::Opcode receive, isa::Opcode forward, int t,
                     const std::function<void()>& meanwhile = {});

}  // namespace weft::mapper::collectives
