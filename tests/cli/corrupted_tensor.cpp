// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/corrupted_tensor.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace weft::cli {

CorruptedTensor::CorruptedTensor(std::filesystem::path file, const std::string& tensor,
                                 std::size_t element, float by)
    : file_(std::move(file)) {
  std::ifstream in(file_, std::ios::binary);
  before_.assign(std::istreambuf_iterator<char>(in), {});
  std::uint64_t length = 0;
  std::memcpy(&length, before_.data(), sizeof length);
  const auto header = nlohmann::json::parse(before_.substr(8, length));
  const std::size_t at =
      8 + length + header[tensor]["data_offsets"][0].get<std::size_t>() + element * sizeof by;
  std::string now = before_;
  float value = 0;
  std::memcpy(&value, now.data() + at, sizeof value);
  value += by;
  std::memcpy(now.data() + at, &value, sizeof value);
  put(now);
}

CorruptedTensor::~CorruptedTensor() { put(before_); }

void CorruptedTensor::put(const std::string& bytes) const {
  std::ofstream(file_, std::ios::binary) << bytes;
}

}  // namespace weft::cli
