// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/result.h"
#include "reference/executor.h"
#include "reference/recorded.pb.h"

namespace weft::reference {

inline constexpr std::uint32_t kRecordedVersion = 1;

/// Where recordings lie: `reference/recorded` here, in the build tree's sources or beside an
/// installed program; the first that exists, else the first name.
std::filesystem::path recorded_folder();

/// `name`: what the bytes go by in messages. Errors: input (foreign, cut short, newer).
Result<Recording> decode_recording(const std::string& bytes, const std::string& name);

/// Every `*.pb` of a folder, in order of name; none where there is no such folder. Errors: input
/// (foreign, cut short, newer than this program), io; each names the file.
Result<std::vector<Recording>> read_recordings(const std::filesystem::path& folder);

/// A run of a model on a GPU, with where it comes from. Owns both.
struct GpuRun {
  Provenance provenance;
  ModelRun run;
};

/// What is looked for among recordings.
struct GpuRunWanted {
  std::string model;            ///< zoo name
  std::string checkpoint_hash;  ///< empty: whatever its weights
  DType storage = DType::f16;
  DType accumulate = DType::f32;
  std::vector<int> prompt;
};

/// The latest one (by date, then file) that fits. Errors: input: none, with what was recorded
/// instead and how one is made.
Result<GpuRun> find_gpu_run(const std::vector<Recording>& recordings, const GpuRunWanted& wanted,
                            const std::filesystem::path& folder);

/// The values of a recorded tensor. Errors: input (type unknown, bytes and shape disagree).
Result<Values> values_of(const Tensor& tensor);

}  // namespace weft::reference
