// SPDX-License-Identifier: Apache-2.0
#include "sim/host/edge_host.h"

#include <fmt/format.h>

#include "base/half.h"
#include "sim/memory/logical_tensor.h"

namespace weft::sim {
namespace {

EdgeRequest access_to(const isa::EdgeTensor& tensor, bool writes) {
  EdgeRequest access;
  access.writes = writes;
  access.address = static_cast<std::uint64_t>(tensor.address());
  access.data.resize(static_cast<std::size_t>(tensor.rows()) *
                     static_cast<std::size_t>(tensor.columns()) *
                     static_cast<std::size_t>(bytes_of(static_cast<DType>(tensor.dtype()))));
  return access;
}

}  // namespace

Status EdgeHost::move(const isa::EdgeTensor& tensor, EdgeRequest& access) {
  const std::size_t moved = channel_.debug(access);
  if (moved != access.data.size()) {
    return input_error(fmt::format(
        "edge tensor {}: the memory moved {} of {} bytes at {:#x} by transport_dbg; let its "
        "target take all of them",
        tensor.tensor(), moved, access.data.size(), access.address));
  }
  return {};
}

Status EdgeHost::preload(const TensorSource& tensors) {
  for (const isa::EdgeTensor& item : bundle_.edge_loads()) {
    WEFT_ASSIGN(const LogicalTensor source, find_tensor(item.tensor(), tensors));
    if (source.rows != item.rows() || source.columns != item.columns()) {
      return input_error(fmt::format("tensor {} is {}x{}, its edge load wants {}x{}", item.tensor(),
                                     source.rows, source.columns, item.rows(), item.columns()));
    }
    EdgeRequest access = access_to(item, true);
    const auto dtype = static_cast<DType>(item.dtype());
    for (std::int64_t i = 0; i < source.rows * source.columns; ++i) {
      store_element(access.data.data(), dtype, i, source.at(0, i));
    }
    WEFT_TRY(move(item, access));
  }
  return {};
}

Status EdgeHost::read(std::map<std::string, DenseTensor>& shown) {
  for (const isa::EdgeTensor& item : bundle_.edge_shows()) {
    EdgeRequest access = access_to(item, false);
    WEFT_TRY(move(item, access));
    DenseTensor tensor;
    tensor.shape = {item.rows(), item.columns()};
    for (std::int64_t i = 0; i < std::int64_t{item.rows()} * item.columns(); ++i) {
      tensor.values.push_back(
          load_element(access.data.data(), static_cast<DType>(item.dtype()), i));
    }
    shown[item.tensor()] = std::move(tensor);
  }
  return {};
}

}  // namespace weft::sim
