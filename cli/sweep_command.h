// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include "cli/command.h"

namespace weft::cli {

// Each adds one command below `weft sweep`.
void add_sweep_plan(CLI::App& sweep, Invocation& invocation);
void add_sweep_run(CLI::App& sweep, Invocation& invocation);
void add_sweep_status(CLI::App& sweep, Invocation& invocation);
void add_sweep_cancel(CLI::App& sweep, Invocation& invocation);
void add_sweep_merge(CLI::App& sweep, Invocation& invocation);
void add_sweep_task(CLI::App& sweep, Invocation& invocation);
void add_sweep_answers(CLI::App& sweep, Invocation& invocation);
void add_sweep_page(CLI::App& sweep, Invocation& invocation);
void add_sweep_rerun(CLI::App& sweep, Invocation& invocation);
void add_sweep_metrics(CLI::App& sweep, Invocation& invocation);

}  // namespace weft::cli
