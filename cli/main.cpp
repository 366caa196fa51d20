// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "base/text.h"
#include "cli/command.h"
#include "cli/version.h"

namespace weft::cli {

void Invocation::fail(const Error& error) {
  fmt::print(stderr, "weft: {}\n", error.message);
  exit_code = static_cast<int>(error.kind);
}

namespace {

// CLI11 says only that a subcommand is required; name the nearest one.
std::string wrong_subcommand(const CLI::App& app, const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  if (words.empty() || words.front().front() == '-' ||
      std::find(names.begin(), names.end(), words.front()) != names.end()) {
    return {};
  }
  return fmt::format("no command {}{}; weft --help lists them", words.front(),
                     did_you_mean(words.front(), names));
}

int run_program(int argc, char** argv) {
  CLI::App app("weft: a simulator of wafer-scale and dataflow accelerators", "weft");
  app.set_version_flag("--version", fmt::format("weft {}", kVersion));
  app.require_subcommand(1);
  Invocation invocation;
  invocation.words.assign(argv + 1, argv + argc);
  add_run_command(app, invocation);
  add_asm_commands(app, invocation);
  add_arch_command(app, invocation);
  add_model_command(app, invocation);
  if (const std::string wrong = wrong_subcommand(app, invocation.words); !wrong.empty()) {
    invocation.fail(input_error(wrong));
    return invocation.exit_code;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      return app.exit(error);
    }
    invocation.fail(input_error(fmt::format("{} (weft --help, weft COMMAND --help)", error.what())));
  }
  return invocation.exit_code;
}

}  // namespace
}  // namespace weft::cli

int main(int argc, char** argv) {
  try {
    return weft::cli::run_program(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "weft: internal error: {}; please report it with the command line\n",
               error.what());
    return static_cast<int>(weft::ErrorKind::internal);
  }
}
