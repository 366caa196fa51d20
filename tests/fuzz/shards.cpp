// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "models/weights.h"
#include "tests/fuzz/target.h"

// model.safetensors.index.json: the shards an accepted one names lie in the folder of the model.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  const auto shards = models::parse_shard_index(fuzz::text_of(data, size), "input");
  if (!shards) {
    fuzz::require_message(shards);
    return 0;
  }
  fuzz::require(!shards->empty(), "an index names a shard");
  for (const auto& [name, tensors] : *shards) {
    const std::filesystem::path inside = (std::filesystem::path("model") / name).lexically_normal();
    fuzz::require(*inside.begin() == "model" && inside != "model", "a shard is in the folder");
    fuzz::require(!tensors.empty(), "a shard has a tensor");
  }
  return 0;
}
