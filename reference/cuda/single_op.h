// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reference/cuda/device.h"
#include "reference/cuda/graph.h"
#include "reference/cuda/kernel.h"

namespace weft::reference::cuda {

/// One operation by itself. `inputs`: activations in the order of the node, then the weight. ROPE:
/// rows begin at `first`. ATTENTION: q has the last rows of the keys' positions, so its first row
/// is at `first` = keys - rows.
struct SingleOp {
  Node node;  ///< sources and weight are not used
  std::vector<HostTensor> inputs;
  Kernel kernel = Kernel::plain;
  DType accumulate = DType::f32;
  int first = 0;
};

/// Uploads, runs, reads back. Memory the operation should write is poisoned before.
Result<HostTensor> run_single(Device& device, const SingleOp& op);

/// The kernel that a model uses for it, products apart from those with values: the most exact.
Kernel exact_kernel(Op op);

}  // namespace weft::reference::cuda
