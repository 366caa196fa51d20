// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/checked_run.h"
#include "traces/recording.pb.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace weft::cli {

/// Holds a run, sequence by sequence, against a reference by name: cpu, recorded or cuda.
/// `recorded`: where GPU recordings lie, or empty for the project's own. Errors: input (no
/// recording that fits, no GPU), io.
Result<traces::Check> check_against(const std::string& reference,
                                    const std::filesystem::path& recorded,
                                    const std::vector<CheckedRun>& runs);

/// --recorded FOLDER.
CLI::Option* add_recorded_option(CLI::App& command, std::filesystem::path& recorded);

}  // namespace weft::cli
