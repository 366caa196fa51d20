// SPDX-License-Identifier: Apache-2.0
#include "base/tensor_file.h"
#include "tests/fuzz/target.h"

// The header of a safetensors file: the tensors of an accepted one cover its data exactly.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto file = TensorFile::from_bytes("input", std::string(fuzz::text_of(data, size)));
  if (!file) {
    fuzz::require_message(file);
    return 0;
  }
  std::size_t covered = 0;
  unsigned sum = 0;
  for (const auto& [name, view] : file->tensors()) {
    std::int64_t elements = 1;
    for (const std::int64_t dimension : view.shape) {
      elements *= dimension;
    }
    fuzz::require(elements == view.elements(), "a shape fills its bytes");
    fuzz::require(file->find(name) == &view, "a tensor is found by its name");
    for (const std::byte byte : view.data) {
      sum += static_cast<unsigned>(byte);  // readable to the last
    }
    covered += view.data.size();
  }
  std::uint64_t header = 0;
  for (int i = 8; i-- > 0;) {
    header = header << 8 | data[i];
  }
  fuzz::require(covered + 8 + header == size, "every byte is in one tensor");
  return sum == ~0u ? -1 : 0;
}
