// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace weft::cli {

/// Adds `by` to one element of a tensor that a run left behind, for as long as it lives.
class CorruptedTensor {
 public:
  /// `file`: tensors.safetensors of a run, fp32 throughout.
  CorruptedTensor(std::filesystem::path file, const std::string& tensor, std::size_t element,
                  float by);
  ~CorruptedTensor();
  CorruptedTensor(const CorruptedTensor&) = delete;
  CorruptedTensor& operator=(const CorruptedTensor&) = delete;

 private:
  void put(const std::string& bytes) const;

  std::filesystem::path file_;
  std::string before_;
};

}  // namespace weft::cli
