// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "reference/cuda/graph.h"
#include "reference/cuda/record/recording.h"

/// What the GPU is compared with: float64 on the host, by the plain loops of reference.
namespace weft::reference::cuda {

/// One operation on its rounded inputs; `first` as in SingleOp.
std::vector<double> exact_op(const Node& node, const std::vector<HostTensor>& inputs, int first);

/// Every node of a graph on all tokens at once, nothing rounded in between.
std::vector<std::vector<double>> exact_run(const Graph& graph,
                                           const std::vector<HostTensor>& weights,
                                           const std::vector<int>& tokens);

/// Largest and root mean square difference; infinite where the output is not a number.
Errors errors_of(const HostTensor& output, const std::vector<double>& exact);
/// The same for what the values alone do not tell: root mean square of error over that of values.
double relative_error(const HostTensor& output, const std::vector<double>& exact);

}  // namespace weft::reference::cuda
