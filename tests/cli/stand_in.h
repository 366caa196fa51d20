// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reference/recorded.pb.h"

namespace weft::cli {

/// What a GPU might record of fable-1m after these tokens, generating `more`: every op in fp32, its
/// output rounded to fp16 (logits kept). Made here for tests; its device says so.
reference::Recording stand_in_recording(const std::vector<int>& prompt, int more);

}  // namespace weft::cli
