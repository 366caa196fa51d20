// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.pb.h"
#include "sim/window.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// Puts what an engine recorded of a window into a recording, with the names of what ran.
/// `asked_end`: one past the last cycle that was asked for.
void record_window(const sim::WindowEvents& events, const isa::Bundle& bundle,
                   std::int64_t asked_end, traces::Window& window);

}  // namespace weft::cli
