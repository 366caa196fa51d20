// SPDX-License-Identifier: Apache-2.0
#include "reference/recorded.h"
#include "tests/fuzz/target.h"

// A GPU recording: an accepted one has tensors that are whole or refused with a reason.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto recording =
      reference::decode_recording(std::string(fuzz::text_of(data, size)), "input");
  if (!recording) {
    fuzz::require_message(recording);
    return 0;
  }
  for (const reference::ModelRun& run : recording->models()) {
    for (const reference::NodeRun& node : run.nodes()) {
      const auto values = reference::values_of(node.output());
      if (!values) {
        fuzz::require_message(values);
        continue;
      }
      std::int64_t elements = 1;
      for (const std::int64_t extent : values->shape) {
        elements *= extent;
      }
      fuzz::require(elements == std::ssize(values->data), "a tensor is as large as its shape says");
    }
  }
  return 0;
}
