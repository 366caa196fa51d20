// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::cli {

/// State of one invocation of the program: what was typed, and the exit code the command that ran
/// set.
struct Invocation {
  std::vector<std::string> words;
  int exit_code = 0;

  /// Prints the error to stderr and takes its exit code.
  void fail(const Error& error);
};

// Each adds one subcommand; its callback runs it.
void add_run_command(CLI::App& app, Invocation& invocation);
void add_map_command(CLI::App& app, Invocation& invocation);
void add_asm_commands(CLI::App& app, Invocation& invocation);
void add_arch_command(CLI::App& app, Invocation& invocation);
void add_model_command(CLI::App& app, Invocation& invocation);
void add_check_command(CLI::App& app, Invocation& invocation);
void add_explain_command(CLI::App& app, Invocation& invocation);
void add_report_command(CLI::App& app, Invocation& invocation);
void add_trace_command(CLI::App& app, Invocation& invocation);
void add_compare_command(CLI::App& app, Invocation& invocation);
void add_bench_command(CLI::App& app, Invocation& invocation);
void add_sweep_command(CLI::App& app, Invocation& invocation);
void add_completion_command(CLI::App& app, Invocation& invocation);

}  // namespace weft::cli
