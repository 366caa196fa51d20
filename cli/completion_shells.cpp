// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/completion.h"

namespace weft::cli {
namespace {

using Paths = CompletionValue::Paths;

/// In single quotes, for every shell here; a quote in a text becomes a typographic one.
std::string quoted(std::string text) {
  for (auto at = text.find('\''); at != std::string::npos; at = text.find('\'', at)) {
    text.replace(at, 1, "’");
  }
  return "'" + text + "'";
}

std::string path_of(const CompletionCommand& command) {
  return fmt::format("{}", fmt::join(command.path, " "));
}

/// Names of the commands right below one.
std::vector<const CompletionCommand*> below(const std::vector<CompletionCommand>& commands,
                                            const CompletionCommand& parent) {
  std::vector<const CompletionCommand*> found;
  for (const CompletionCommand& command : commands) {
    if (command.path.size() == parent.path.size() + 1 &&
        std::equal(parent.path.begin(), parent.path.end(), command.path.begin())) {
      found.push_back(&command);
    }
  }
  return found;
}

constexpr const char* kBashHead = R"(# bash completion of weft; written by `weft completion bash`
_weft_words() {
  COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}
_weft_paths() {
  compopt -o filenames 2>/dev/null
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$cur")
}
_weft() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=weft at
  COMPREPLY=()
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((at = 1; at < COMP_CWORD; ++at)); do
    case "$command ${COMP_WORDS[at]}" in
)";

std::string bash_value(const CompletionValue& value) {
  std::string text;
  if (!value.words.empty()) {
    text += fmt::format(" _weft_words {};", quoted(fmt::format("{}", fmt::join(value.words, " "))));
    if (value.words.front().ends_with('=')) {
      text += " compopt -o nospace 2>/dev/null;";
    }
  }
  if (value.paths != Paths::none) {
    text += value.paths == Paths::files ? " _weft_paths -f;" : " _weft_paths -d;";
  }
  return text;
}

/// `[text]` of zsh's _arguments, in which brackets and colons mean something.
std::string zsh_text(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    safe += c == '[' || c == ']' || c == ':' || c == '\\' ? std::string{'\\', c} : std::string{c};
  }
  return safe;
}

std::string zsh_value(const CompletionValue& value) {
  std::string action = "( )";
  if (!value.words.empty()) {
    action = fmt::format("({})", fmt::join(value.words, " "));
  }
  if (value.paths != Paths::none) {
    const char* paths = value.paths == Paths::files ? "_files" : "_files -/";
    action = value.words.empty()
                 ? paths
                 : fmt::format("_alternative \"names:name:{}\" \"paths:path:{}\"", action, paths);
  }
  return ":value:" +
         (value.words.empty() || value.paths == Paths::none ? action : "{" + action + "}");
}

}  // namespace

std::string bash_completion(const std::vector<CompletionCommand>& commands) {
  std::string text = kBashHead;
  for (const CompletionCommand& command : commands) {
    if (command.path.size() > 1) {
      text += fmt::format("      '{0}') command='{0}' ;;\n", path_of(command));
    }
  }
  text += "    esac\n  done\n  case \"$command $prev\" in\n";
  for (const CompletionCommand& command : commands) {
    for (const CompletionOption& option : command.options) {
      if (!option.flag) {
        std::string patterns;
        for (const std::string& name : option.names) {
          patterns += fmt::format("{}'{} {}'", patterns.empty() ? "" : "|", path_of(command), name);
        }
        text += fmt::format("    {}){} return ;;\n", patterns, bash_value(option.value));
      }
    }
  }
  text += "  esac\n  case $command in\n";
  for (const CompletionCommand& command : commands) {
    std::vector<std::string> names, words;
    for (const CompletionOption& option : command.options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
    }
    for (const CompletionCommand* sub : below(commands, command)) {
      words.push_back(sub->path.back());
    }
    text += fmt::format("    '{}')\n      if [[ $cur == -* ]]; then _weft_words '{}'; return; fi\n",
                        path_of(command), fmt::join(names, " "));
    if (!words.empty()) {
      text += fmt::format("      _weft_words '{}'\n", fmt::join(words, " "));
    }
    for (const CompletionValue& argument : command.arguments) {
      text += "     " + bash_value(argument) + "\n";
    }
    text += "      ;;\n";
  }
  return text + "  esac\n}\ncomplete -F _weft weft\n";
}

std::string zsh_completion(const std::vector<CompletionCommand>& commands) {
  std::string text = "#compdef weft\n# zsh completion of weft; written by `weft completion zsh`\n";
  for (const CompletionCommand& command : commands) {
    text += fmt::format("_{}() {{\n  local line state curcontext=$curcontext\n  _arguments -C",
                        fmt::join(command.path, "_"));
    for (const CompletionOption& option : command.options) {
      for (const std::string& name : option.names) {
        text += fmt::format(" \\\n    {}",
                            quoted(fmt::format("*{}[{}]{}", name, zsh_text(option.text),
                                               option.flag ? "" : zsh_value(option.value))));
      }
    }
    const auto subs = below(commands, command);
    for (const CompletionValue& argument : command.arguments) {
      text += fmt::format(" \\\n    {}", quoted(zsh_value(argument)));
    }
    if (subs.empty()) {
      text += "\n}\n";
      continue;
    }
    std::string names, cases;
    for (const CompletionCommand* sub : subs) {
      names += fmt::format("{}{}\\:{}", names.empty() ? "" : " ", sub->path.back(),
                           "\"" + zsh_text(sub->text) + "\"");
      cases += fmt::format("    {}) _{} ;;\n", sub->path.back(), fmt::join(sub->path, "_"));
    }
    text += fmt::format(
        " \\\n    {} \\\n    '*::argument:->rest'\n  [[ $state == rest ]] && case $line[1] in\n{}  "
        "esac\n}}\n",
        quoted(fmt::format("1:command:(({}))", names)), cases);
  }
  return text +
         "compdef _weft weft 2>/dev/null\nif [[ $funcstack[1] == _weft ]]; then _weft \"$@\"; fi\n";
}

std::string fish_completion(const std::vector<CompletionCommand>& commands) {
  std::string text = "# fish completion of weft; written by `weft completion fish`\n";
  text += "complete -c weft -f\n";
  for (const CompletionCommand& command : commands) {
    std::string when;
    for (std::size_t i = 1; i < command.path.size(); ++i) {
      when += fmt::format("{}__fish_seen_subcommand_from {}", when.empty() ? "" : "; and ",
                          command.path[i]);
    }
    const auto subs = below(commands, command);
    std::string none_yet = command.path.size() == 1 ? "__fish_use_subcommand" : when;
    if (command.path.size() > 1 && !subs.empty()) {
      none_yet += "; and not __fish_seen_subcommand_from";
      for (const CompletionCommand* sub : subs) {
        none_yet += " " + sub->path.back();
      }
    }
    const auto condition = [](const std::string& test) {
      return test.empty() ? "" : fmt::format(" -n {}", quoted(test));
    };
    const auto value = [](const CompletionValue& v) {
      return (v.words.empty()
                  ? std::string()
                  : fmt::format(" -a {}", quoted(fmt::format("{}", fmt::join(v.words, " "))))) +
             (v.paths == Paths::none ? "" : " -F");
    };
    for (const CompletionCommand* sub : subs) {
      text += fmt::format("complete -c weft{} -a {} -d {}\n", condition(none_yet), sub->path.back(),
                          quoted(sub->text));
    }
    for (const CompletionOption& option : command.options) {
      text += "complete -c weft" + condition(when);
      for (const std::string& name : option.names) {
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      text += fmt::format("{}{} -d {}\n",
                          option.flag                         ? ""
                          : option.value.paths == Paths::none ? " -x"
                                                              : " -r",
                          value(option.value), quoted(option.text));
    }
    for (const CompletionValue& argument : command.arguments) {
      text += fmt::format("complete -c weft{}{}\n", condition(when), value(argument));
    }
  }
  return text;
}

}  // namespace weft::cli
