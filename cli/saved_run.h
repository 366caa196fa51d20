// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "models/checkpoint.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// All that a folder of `weft run --out --tensors` holds, and the checkpoint it was made from.
struct SavedRun {
  traces::Recording recording;
  arch::Machine machine;
  isa::Bundle bundle;
  std::map<std::string, DenseTensor> tensors;
  models::Checkpoint checkpoint;
};

/// Errors: input (no values were kept; bundle, checkpoint or tensors are others now), io; each
/// begins with `command`.
Result<SavedRun> open_saved_run(const std::filesystem::path& run, const std::string& command);

}  // namespace weft::cli
