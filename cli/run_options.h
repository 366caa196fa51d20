// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "cli/run.h"

namespace weft::cli {

// Options that commands share which map a model.
void add_machine_options(CLI::App& command, RunArguments& arguments);
void add_mapping_options(CLI::App& command, RunArguments& arguments);
void add_task_options(CLI::App& command, RunArguments& arguments);

}  // namespace weft::cli
