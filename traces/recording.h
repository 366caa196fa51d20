// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

inline constexpr int kRecordingVersion = 1;

/// A `.weft` file: an 8-byte magic, the schema version, the message.
Status write_recording(const std::filesystem::path& path, const Recording& recording);
/// Errors: input (foreign, truncated, newer version), io.
Result<Recording> read_recording(const std::filesystem::path& path);

}  // namespace weft::traces
