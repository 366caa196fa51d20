// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::models {

/// The folder a `--model` argument means: a folder as given or, for a bare name, `models/zoo/NAME`
/// under the current folder, three folders above the program (a build tree) or in
/// `../share/weft` of it (an installed one). Hyphens, dots and capitals of a zoo name may differ:
/// llama3-8b is llama-3-8b. Errors: input, naming the zoo models there are.
Result<std::filesystem::path> find_checkpoint_folder(const std::string& name_or_path);

/// Names of the zoo models there are, sorted.
std::vector<std::string> zoo_names();

}  // namespace weft::models
