// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/run.h"
#include "explore/design_space.h"

namespace weft::cli {

/// The settings of a design point by what they are about, each still in the user's words.
struct PointFields {
  RunArguments run;  ///< arch, model and the options of weft run that a study may turn
  int prompt_tokens = 0;
  std::vector<std::string> machine;  ///< `path=value`, in order
  std::vector<std::string> mapping;
  std::vector<std::string> config;
};

/// Errors: input, with the nearest name.
Status check_point_path(const std::string& path);

/// Later settings of a path win. Errors: input: values that are none, the task incomplete.
Result<PointFields> point_fields(std::span<const explore::Setting> settings);

/// Every option of a task a study may turn, by its path.
std::vector<std::string> task_paths();

}  // namespace weft::cli
