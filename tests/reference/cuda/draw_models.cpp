// SPDX-License-Identifier: Apache-2.0
// Writes the zoo's models with drawn weights anew, after a change of their table in
// reference/cuda/llama_shape.cpp: draw_models models/zoo. Prints the hash that belongs there.
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "reference/cuda/llama_shape.h"
#include "reference/cuda/record/checkpoint.h"

namespace weft::reference::cuda {
namespace {

Status write_models(const std::filesystem::path& zoo) {
  for (const FunctionalModel& model : functional_models()) {
    if (model.seed == 0) {
      continue;
    }
    const std::filesystem::path folder = zoo / model.shape.name;
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    const std::string weights = drawn_weights(make_llama(model.shape), model.seed);
    WEFT_TRY(write_file(folder / "config.json", config_json(model.shape)));
    WEFT_TRY(write_file(folder / "model.safetensors", weights));
    std::printf("%s %s\n", model.shape.name, content_hash(weights).c_str());
  }
  return {};
}

}  // namespace
}  // namespace weft::reference::cuda

int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "draw_models: wants the folder of the zoo: draw_models models/zoo\n");
    return 2;
  }
  const weft::Status written = weft::reference::cuda::write_models(words[1]);
  if (!written.ok()) {
    std::fprintf(stderr, "draw_models: %s\n", written.error().message.c_str());
    return static_cast<int>(written.error().kind);
  }
  return 0;
}
