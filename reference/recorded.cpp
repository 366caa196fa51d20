// SPDX-License-Identifier: Apache-2.0
#include "reference/recorded.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/half.h"

namespace weft::reference {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMend =
    "make one with scripts/record-gpu on a machine with an NVIDIA GPU, or check against cpu";

bool same_prompt(const ModelRun& run, const std::vector<int>& prompt) {
  return std::equal(run.prompt_tokens().begin(), run.prompt_tokens().end(), prompt.begin(),
                    prompt.end());
}

// What was recorded of the model, as far as it does not fit.
std::string others(const std::vector<Recording>& recordings, const GpuRunWanted& wanted) {
  if (recordings.empty()) {
    return " (there is no *.pb)";
  }
  std::set<std::string> kinds;
  bool weights = false;
  for (const Recording& recording : recordings) {
    for (const ModelRun& run : recording.models()) {
      if (run.model() != wanted.model) {
        continue;
      }
      const bool other = !wanted.checkpoint_hash.empty() && !run.checkpoint_hash().empty() &&
                         run.checkpoint_hash() != wanted.checkpoint_hash;
      weights = weights || other;
      kinds.insert(fmt::format("{} accumulated in {}, prompt {}", run.storage(), run.accumulate(),
                               fmt::join(run.prompt_tokens(), ",")));
    }
  }
  if (kinds.empty()) {
    return "";
  }
  return fmt::format(" (recorded{}: {})", weights ? " with other weights" : "",
                     fmt::join(kinds, "; "));
}

}  // namespace

fs::path recorded_folder() {
  std::vector<fs::path> folders{fs::path("reference") / "recorded"};
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path bin = program.parent_path();
    folders.push_back((bin / "../../../reference/recorded").lexically_normal());
    folders.push_back((bin / "../share/weft/reference/recorded").lexically_normal());
  }
  for (const fs::path& folder : folders) {
    if (fs::is_directory(folder, problem)) {
      return folder;
    }
  }
  return folders.front();
}

Result<Recording> decode_recording(const std::string& bytes, const std::string& name) {
  Recording recording;
  if (!recording.ParseFromString(bytes) || recording.version() == 0) {
    return input_error(fmt::format(
        "{}: not a GPU recording, or cut short; record it again with scripts/record-gpu", name));
  }
  if (recording.version() > kRecordedVersion) {
    return input_error(
        fmt::format("{}: written in version {} of the format, this program reads up to {}; take a "
                    "newer Weft",
                    name, recording.version(), kRecordedVersion));
  }
  return recording;
}

Result<std::vector<Recording>> read_recordings(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() == ".pb") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Recording> recordings;
  for (const fs::path& file : files) {
    WEFT_ASSIGN(const std::string bytes, read_file(file));
    WEFT_ASSIGN(recordings.emplace_back(), decode_recording(bytes, file.string()));
  }
  return recordings;
}

Result<GpuRun> find_gpu_run(const std::vector<Recording>& recordings, const GpuRunWanted& wanted,
                            const fs::path& folder) {
  const Recording* found = nullptr;
  const ModelRun* best = nullptr;
  for (const Recording& recording : recordings) {
    for (const ModelRun& run : recording.models()) {
      const bool fits =
          run.model() == wanted.model && run.storage() == name_of(wanted.storage) &&
          run.accumulate() == name_of(wanted.accumulate) && same_prompt(run, wanted.prompt) &&
          (wanted.checkpoint_hash.empty() || run.checkpoint_hash() == wanted.checkpoint_hash);
      if (fits &&
          (found == nullptr || recording.provenance().date() >= found->provenance().date())) {
        found = &recording;
        best = &run;
      }
    }
  }
  if (best == nullptr) {
    return input_error(fmt::format(
        "{}: no GPU recording of {} stored in {}, accumulated in {}, after this prompt{}; {}",
        folder.string(), wanted.model, name_of(wanted.storage), name_of(wanted.accumulate),
        others(recordings, wanted), kMend));
  }
  return GpuRun{found->provenance(), *best};
}

Result<Values> values_of(const Tensor& tensor) {
  const auto type = dtype_of(tensor.dtype());
  Values values;
  values.shape.assign(tensor.shape().begin(), tensor.shape().end());
  const auto bytes_there = static_cast<std::int64_t>(tensor.data().size());
  std::int64_t elements = 1;
  for (const std::int64_t size : values.shape) {
    elements = size > 0 && elements <= bytes_there / size ? elements * size : 0;
  }
  if (!type || elements == 0 || elements * bytes_of(*type) != bytes_there) {
    return input_error(fmt::format("{}: {} bytes are not [{}] elements of '{}'; record it again",
                                   tensor.name(), bytes_there, fmt::join(values.shape, ", "),
                                   tensor.dtype()));
  }
  values.data.reserve(static_cast<std::size_t>(elements));
  const auto* bytes = reinterpret_cast<const std::byte*>(tensor.data().data());
  for (std::int64_t i = 0; i < elements; ++i) {
    values.data.push_back(load_element(bytes, *type, i));
  }
  return values;
}

}  // namespace weft::reference
