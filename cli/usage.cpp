// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "base/text.h"

namespace weft::cli {
namespace {

/// The command the words lead to, as far as they are understood.
const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.front());
}

/// "weft arch show".
std::string full_name(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name(*parent) + " " + app.get_name();
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (!option->get_group().empty()) {  // not hidden
        names.push_back("--" + name);
      }
    }
  }
  return names;
}

/// A word the command has no use for.
std::string unexpected(const CLI::App& app, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.size() > 1 && word.front() == '-') {
      const std::string name = word.substr(0, word.find('='));
      return fmt::format("no option {}{}", name, did_you_mean(name, option_names(app)));
    }
  }
  const std::vector<std::string> commands = command_names(app);
  return commands.empty() ? fmt::format(
                                "no use for '{}': name the option it belongs to, and put "
                                "quotes around what has spaces",
                                words.front())
                          : fmt::format("no command '{}'{}", words.front(),
                                        did_you_mean(words.front(), commands));
}

/// The required option that is not there, with what it is for.
std::string missing(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> commands = command_names(app);
  if (!commands.empty()) {
    return fmt::format("give a command: {}", fmt::join(commands, ", "));
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_required() && option->count() == 0) {
      return fmt::format("{} is missing: give {}", option->get_name(), option->get_description());
    }
  }
  return error.what();
}

/// CLI11 writes "--one requires --other" and "--one excludes --other".
std::string pair_of(const CLI::ParseError& error, std::string_view verb, std::string_view better) {
  std::string text = error.what();
  if (const auto at = text.find(verb); at != std::string::npos) {
    text.replace(at, verb.size(), better);
  }
  return text;
}

/// A value left out, or an option given twice.
std::string mismatch(const CLI::ParseError& error) {
  std::string text = error.what();
  const std::string name = text.substr(0, text.find(':'));
  if (text.find("At Most") != std::string::npos) {
    return fmt::format("{} is given more than once; give it once", name);
  }
  if (text.ends_with("missing")) {
    return fmt::format("{} needs a value", name);
  }
  return text;
}

std::string cause(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> left = app.remaining(true);
  if (!left.empty()) {
    return unexpected(app, left);
  }
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {  // behind a "--"
    const std::string text = error.what();
    return fmt::format("no use for '{}' behind '--'", text.substr(text.find(": ") + 2));
  }
  if (error.get_name() == "RequiredError") {
    return missing(app, error);
  }
  if (error.get_name() == "ExcludesError") {
    return pair_of(error, "excludes", "does not go with") + ": drop one";
  }
  if (error.get_name() == "RequiresError") {
    return pair_of(error, "requires", "means nothing without") + ": add it";
  }
  if (error.get_name() == "ConversionError") {
    const std::string text = error.what();
    return text.substr(text.find(": ") + 2) + " is not a value it takes";
  }
  return error.get_name() == "ArgumentMismatch" ? mismatch(error) : error.what();
}

/// 0 where it is none that can be reckoned with.
double real_number(const std::string& text) {
  double value = 0;
  const char* last = text.data() + text.size();
  const auto [end, fault] = std::from_chars(text.data(), last, value);
  return fault == std::errc() && end == last && std::isfinite(value) ? value : 0;
}

}  // namespace

std::string usage_fault(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = deepest(app);
  const std::string name = full_name(command);
  const std::string_view all = name;
  const std::string place =
      command.get_parent() == nullptr ? "" : fmt::format("{}: ", all.substr(all.find(' ') + 1));
  return fmt::format("{}{}; see {} --help", place, cause(command, error), name);
}

CLI::Validator whole_number(int least) {
  return {[least](const std::string& text) -> std::string {
            constexpr int most = std::numeric_limits<int>::max();
            int value = 0;
            const char* last = text.data() + text.size();
            const auto [end, fault] = std::from_chars(text.data(), last, value);
            const bool good = fault == std::errc() && end == last && value >= least;
            return good
                       ? ""
                       : fmt::format("'{}' is not a whole number from {} to {}", text, least, most);
          },
          ""};
}

CLI::Validator positive_number() {
  return {[](const std::string& text) -> std::string {
            return real_number(text) > 0 ? "" : fmt::format("'{}' is not a positive number", text);
          },
          ""};
}

CLI::Validator fraction() {
  return {[](const std::string& text) -> std::string {
            const double value = real_number(text);
            return value > 0 && value <= 1
                       ? ""
                       : fmt::format("'{}' is not a number above 0 and at most 1", text);
          },
          ""};
}

CLI::Validator not_empty() {
  return {[](const std::string& text) -> std::string { return text.empty() ? "is empty" : ""; },
          ""};
}

}  // namespace weft::cli
