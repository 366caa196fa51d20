// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "traces/recording.pb.h"

namespace weft::traces {

/// What the run hangs on, from the recording's critical path: shares by kind and by op, and the
/// instructions that take most of it. At most 80 columns.
std::string explain_text(const Recording& recording);
/// The same and every row, as JSON.
std::string explain_json(const Recording& recording);

}  // namespace weft::traces
