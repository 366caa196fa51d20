// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weft::cli {

/// What may stand where a value is expected: words that are known, and names of files or folders.
struct CompletionValue {
  enum class Paths { none, files, folders };
  std::vector<std::string> words;
  Paths paths = Paths::none;
};

struct CompletionOption {
  std::vector<std::string> names;  ///< "--out", "-o"
  std::string text;
  bool flag = false;
  CompletionValue value;
};

/// One command of the program as a shell sees it: "weft arch show", and what may follow.
struct CompletionCommand {
  std::vector<std::string> path;
  std::string text;
  std::vector<CompletionOption> options;
  std::vector<CompletionValue> arguments;
};

/// The tree of commands, a command before those below it. What a value may be follows from the
/// type its option shows in --help: `a|b`, MACHINE, MODEL, FIELD=VALUE, FILE, FOLDER.
std::vector<CompletionCommand> completion_commands(const CLI::App& app);

/// A script for a shell, to be sourced or put where it looks for completions.
std::string bash_completion(const std::vector<CompletionCommand>& commands);
std::string zsh_completion(const std::vector<CompletionCommand>& commands);
std::string fish_completion(const std::vector<CompletionCommand>& commands);

}  // namespace weft::cli
