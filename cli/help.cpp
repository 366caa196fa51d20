// SPDX-License-Identifier: Apache-2.0
#include "cli/help.h"

#include <fmt/format.h>

#include <sstream>

namespace weft::cli {
namespace {

constexpr std::size_t names_width = 30;
constexpr std::size_t text_width = 66;

std::string wrapped(const std::string& text) {
  std::istringstream words(text);
  std::string word, lines;
  std::size_t column = 0;
  while (words >> word) {
    if (column > 0) {
      const bool fits = column + 1 + word.size() <= text_width;
      lines += fits ? ' ' : '\n';
      column = fits ? column + 1 : 0;
    }
    lines += word;
    column += word.size();
  }
  return lines;
}

}  // namespace

HelpFormatter::HelpFormatter() {
  column_width(names_width);
  label("Positionals", "Arguments");
}

// What has to be there comes first.
std::string HelpFormatter::make_usage(const CLI::App* app, std::string name) const {
  std::string text = "\nUsage: " + name;
  for (const CLI::Option* option : app->get_options()) {
    if (option->get_positional()) {
      const std::string shown = option->get_name(true);
      text += option->get_required() ? " " + shown : " [" + shown + "]";
    } else if (option->get_required()) {
      text += fmt::format(" {} {}", option->get_name(), option->get_type_name());
    }
  }
  text += app->get_subcommands([](const CLI::App*) { return true; }).empty() ? "" : " COMMAND";
  return text + " [OPTIONS]\n\n";
}

std::string HelpFormatter::make_positionals(const CLI::App* app) const {
  const std::string text = CLI::Formatter::make_positionals(app);
  return text.empty() ? text : text + "\n";
}

// CLI11 parts its groups itself.
std::string HelpFormatter::make_group(std::string group, bool positional,
                                      std::vector<const CLI::Option*> options) const {
  std::string text = group + ":\n";
  for (const CLI::Option* option : options) {
    text += make_option(option, positional);
  }
  return text;
}

std::string HelpFormatter::make_subcommand(const CLI::App* sub) const {
  std::ostringstream out;
  CLI::detail::format_help(out, sub->get_name(), wrapped(sub->get_description()),
                           get_column_width());
  return out.str();
}

std::string HelpFormatter::make_option_name(const CLI::Option* option, bool positional) const {
  std::string name = CLI::Formatter::make_option_name(option, positional);
  if (const auto comma = name.find(','); comma != std::string::npos) {
    name.insert(comma + 1, " ");
  }
  return name;
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const bool flag = option->get_type_size() == 0 || option->get_positional();
  return flag ? "" : " " + option->get_type_name();
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  std::string text = option->get_description();
  if (!option->get_default_str().empty()) {
    text += fmt::format(" (default: {})", option->get_default_str());
  }
  if (option->get_required() && !option->get_positional()) {
    text += " (required)";
  }
  return wrapped(text);
}

void set_footer(CLI::App& app, const std::string& examples) {
  app.footer("Examples:\n" + examples +
             "\nExit codes: 0 ok, 1 the simulation or a check failed, 2 usage or bad input, "
             "3 a file could\nnot be read or written, 4 our fault. Pages: docs/cli.md, "
             "docs/outputs.md.");
}

}  // namespace weft::cli
