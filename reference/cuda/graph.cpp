// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/graph.h"

#include <cstring>

#include "base/half.h"

namespace weft::reference::cuda {
namespace {

std::int64_t product(const std::vector<std::int64_t>& shape) {
  std::int64_t elements = 1;
  for (const std::int64_t dimension : shape) {
    elements *= dimension;
  }
  return elements;
}

}  // namespace

std::int64_t Weight::elements() const { return product(shape); }
std::int64_t HostTensor::elements() const { return product(shape); }

int Graph::find(std::string_view node) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == node) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

std::int64_t Graph::parameters() const {
  std::int64_t total = 0;
  for (const Weight& weight : weights) {
    total += weight.elements();
  }
  return total;
}

HostTensor make_tensor(std::vector<std::int64_t> shape, DType dtype) {
  HostTensor tensor{std::move(shape), dtype, {}};
  tensor.data.resize(static_cast<std::size_t>(tensor.elements() * bytes_of(dtype)));
  return tensor;
}

std::vector<double> values_of(const HostTensor& tensor) {
  std::vector<double> values(static_cast<std::size_t>(tensor.elements()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (tensor.dtype == DType::i32) {  // exact beyond 2^24, unlike load_element
      std::int32_t value = 0;
      std::memcpy(&value, tensor.data.data() + i * sizeof(value), sizeof(value));
      values[i] = value;
    } else {
      values[i] = load_element(tensor.data.data(), tensor.dtype, static_cast<std::int64_t>(i));
    }
  }
  return values;
}

void set_value(HostTensor& tensor, std::int64_t index, float value) {
  store_element(tensor.data.data(), tensor.dtype, index, value);
}

}  // namespace weft::reference::cuda
