// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "isa/verify/comm_trace.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {

/// Shows, if it can, that a bundle breaks none of the rules of routes and of the skeleton: each
/// program is walked once for all tiles that cannot tell each other apart, then words are moved by
/// what the walks wrote down. True only when the skeleton would find nothing; false says nothing,
/// and the skeleton has to say what is wrong. `resolved` has passed the other static rules and has
/// no routes yet.
bool prove_sound(const Bundle& bundle, const arch::Machine& machine, const ResolvedBundle& resolved,
                 int most_executed_log2, const std::function<bool()>& stop);

/// Nothing when a tile breaks a rule of its own, or has too much to write down.
std::optional<CommTraces> write_traces(const Bundle& bundle, const ResolvedBundle& resolved,
                                       int most_executed_log2, const std::function<bool()>& stop);

}  // namespace weft::isa
