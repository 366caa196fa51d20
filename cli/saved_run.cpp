// SPDX-License-Identifier: Apache-2.0
#include "cli/saved_run.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "base/half.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/replay.h"
#include "isa/bundle.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

Result<std::map<std::string, DenseTensor>> read_tensors(const fs::path& path) {
  std::error_code problem;
  if (!fs::exists(path, problem)) {
    return input_error(fmt::format(
        "{}: no values were kept; run again with --tensors, or check while running: --check",
        path.parent_path().string()));
  }
  WEFT_ASSIGN(const TensorFile file, TensorFile::open(path));
  std::map<std::string, DenseTensor> tensors;
  for (const auto& [name, view] : file.tensors()) {
    DenseTensor& tensor = tensors[name];
    tensor.shape = view.shape;
    tensor.values.reserve(static_cast<std::size_t>(view.elements()));
    for (std::int64_t i = 0; i < view.elements(); ++i) {
      tensor.values.push_back(load_element(view.data.data(), view.dtype, i));
    }
  }
  return tensors;
}

}  // namespace

Result<SavedRun> open_saved_run(const fs::path& run, const std::string& command) {
  WEFT_ASSIGN(traces::Recording recording, read_run(run, command));
  auto bundle = isa::read_bundle(run / "mapped.bundle");
  if (!bundle) {
    return at_option(command, bundle.error());
  }
  const auto& provenance = recording.provenance();
  if (isa::bundle_hash(*bundle) != provenance.bundle_hash()) {
    return input_error(fmt::format("{}: not the bundle this run was recorded from; run again",
                                   (run / "mapped.bundle").string()));
  }
  if (provenance.model().empty()) {
    return input_error(fmt::format(
        "{}: ran a bundle and no model: there is nothing to check it against", run.string()));
  }
  auto checkpoint = models::load_checkpoint(provenance.model());
  if (!checkpoint) {
    return at_option(command, checkpoint.error());
  }
  if (content_hash(checkpoint->graph.SerializeAsString()) != provenance.model_hash()) {
    return input_error(fmt::format("{}: {} is another model now than when it was run; run again",
                                   run.string(), provenance.model()));
  }
  auto tensors = read_tensors(run / "tensors.safetensors");
  if (!tensors) {
    return at_option(command, tensors.error());
  }
  WEFT_ASSIGN(arch::Machine machine, recorded_machine(run, recording));
  return SavedRun{std::move(recording), std::move(machine), std::move(*bundle), std::move(*tensors),
                  std::move(*checkpoint)};
}

}  // namespace weft::cli
