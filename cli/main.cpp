// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <sstream>
#include <system_error>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/usage.h"
#include "cli/version.h"

namespace weft::cli {

// One line per fault, so a message of several lines is several faults.
void Invocation::fail(const Error& error) {
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);) {
    fmt::print(stderr, "weft: {}\n", line);
  }
  exit_code = static_cast<int>(error.kind);
}

namespace {

int run_program(int argc, char** argv) {
  CLI::App app(
      "Weft simulates wafer-scale accelerators: meshes of small cores with their own memory.",
      "weft");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "print this and exit");
  app.set_version_flag("--version", fmt::format("weft {}", kVersion), "print the version and exit");
  app.require_subcommand(1);
  Invocation invocation;
  invocation.words.assign(argv + 1, argv + argc);
  add_run_command(app, invocation);
  add_map_command(app, invocation);
  add_asm_commands(app, invocation);
  add_arch_command(app, invocation);
  add_model_command(app, invocation);
  add_check_command(app, invocation);
  add_explain_command(app, invocation);
  add_report_command(app, invocation);
  add_trace_command(app, invocation);
  add_compare_command(app, invocation);
  add_sweep_command(app, invocation);
  add_bench_command(app, invocation);
  add_completion_command(app, invocation);
  set_footer(app,
             "  weft arch list\n"
             "  weft run --arch mesh32 --model fable-1m --prompt \"Once there was a\"\n"
             "  weft run --help\n");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      return app.exit(error);
    }
    invocation.fail(input_error(usage_fault(app, error)));
  }
  return invocation.exit_code;
}

// What was printed has arrived, or the run did not end well.
int close_output(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) {
    return exit_code;
  }
  fmt::print(stderr, "weft: standard output: cannot write: {}; send it where there is room\n",
             std::generic_category().message(errno));
  return static_cast<int>(ErrorKind::io);
}

}  // namespace
}  // namespace weft::cli

int main(int argc, char** argv) {
  google::protobuf::SetLogHandler(nullptr);  // what it finds wrong is told once, by us
  try {
    return weft::cli::close_output(weft::cli::run_program(argc, argv));
  } catch (const std::bad_alloc&) {
    fmt::print(stderr,
               "weft: the memory of this host is too small; use a smaller --region or "
               "machine, and --data off for the timing\n");
    return static_cast<int>(weft::ErrorKind::failed);
  } catch (const std::exception& error) {
    if (std::ferror(stdout) != 0) {
      return weft::cli::close_output(0);
    }
    fmt::print(stderr, "weft: internal error: {}; please report it with the command line\n",
               error.what());
    return static_cast<int>(weft::ErrorKind::internal);
  }
}
