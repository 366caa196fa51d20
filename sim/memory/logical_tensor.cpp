// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/logical_tensor.h"

#include <fmt/format.h>

#include <vector>

namespace weft::sim {

Result<LogicalTensor> find_tensor(const std::string& name, const TensorSource& tensors) {
  LogicalTensor source;
  std::vector<std::int64_t> shape;
  if (const auto host = tensors.host.find(name); host != tensors.host.end()) {
    shape = host->second.shape;
    source.data = reinterpret_cast<const std::byte*>(host->second.values.data());
  } else if (const TensorView* view = tensors.weights ? tensors.weights->find(name) : nullptr) {
    shape = view->shape;
    source.dtype = view->dtype;
    source.data = view->data.data();
  } else {
    return input_error(fmt::format(
        "the bundle loads tensor {} and nothing supplies it; give --model the checkpoint it was "
        "mapped from, or run with --data off",
        name));
  }
  source.columns = shape.empty() ? 1 : shape.back();
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) {
    source.rows *= shape[i];
  }
  return source;
}

}  // namespace weft::sim
