// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "reference/cuda/record/recording.h"

namespace weft::reference::cuda {

/// Every operation at sizes that no block, warp or pack divides, in every storage type and by every
/// kernel that can do it; and the fast kernels at shapes of Llama-3-8B where `large`. Case i is
/// drawn from seed + i.
std::vector<OpCase> op_cases(std::uint64_t seed, bool large);

/// Largest relative error, root mean square, that an implementation may have: a few roundings of
/// the storage type, of fp16 sums where those are asked for; 0 where nothing is rounded.
double allowed_error(const OpCase& op);

}  // namespace weft::reference::cuda
