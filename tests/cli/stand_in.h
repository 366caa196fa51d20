// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/dtype.h"
#include "reference/recorded.pb.h"

namespace weft::cli {

/// What is stood in for.
struct StandIn {
  std::string model = "fable-1m";
  std::vector<int> prompt;
  int more = 1;                   ///< tokens generated
  DType accumulate = DType::f32;  ///< f16: sums of products are rounded to fp16 after every product
};

/// What a GPU might record of a zoo model: every op in fp32, its output rounded to the type it is
/// stored in. Made here for tests; its device says so.
reference::Recording stand_in_recording(const StandIn& of);

}  // namespace weft::cli
