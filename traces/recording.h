// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

inline constexpr int kRecordingVersion = 1;

/// A `.weft` file: an 8-byte magic, then little-endian the schema version (4 bytes) and the length
/// of the message (8 bytes), then the message. Strings are made valid UTF-8 on the way out.
Status write_recording(const std::filesystem::path& path, const Recording& recording);
/// Errors: input (foreign, truncated, newer version), io.
Result<Recording> read_recording(const std::filesystem::path& path);
/// The same without a file; `name` is what the bytes go by in messages.
Result<std::string> encode_recording(const Recording& recording, const std::string& name);
Result<Recording> decode_recording(std::string_view bytes, const std::string& name);

}  // namespace weft::traces
