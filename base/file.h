// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft {

/// Whole file as bytes. Errors: io, naming the path, the reason and a mend.
Result<std::string> read_file(const std::filesystem::path& path);

/// Writes through `path` + a temporary suffix, flushes, renames: the file is there whole or not at
/// all.
Status write_file(const std::filesystem::path& path, std::string_view content);

/// Creates a folder (and parents) and proves it can be written to. Errors: io.
Status make_output_folder(const std::filesystem::path& path);

}  // namespace weft
