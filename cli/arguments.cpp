// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"

namespace weft::cli {
namespace {

// Reads an integer at the front of `text` and drops it.
bool take_integer(std::string_view& text, int& value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc()) {
    return false;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

Result<std::vector<int>> tokens_from_file(const std::string& path, const std::string& option) {
  const auto text = read_file(path);
  if (!text) {
    return at_option(option, text.error());
  }
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  const auto& ids = json.is_object() && json.contains("ids") ? json["ids"] : json;
  if (!ids.is_array()) {
    return input_error(fmt::format(
        "{} {}: expected a JSON array of token ids, or an object with `ids`", option, path));
  }
  std::vector<int> tokens;
  for (const auto& id : ids) {
    if (!id.is_number_integer() || id.get<std::int64_t>() < 0 ||
        id.get<std::int64_t>() > INT32_MAX) {
      return input_error(
          fmt::format("{} {}: element {} is not a token id; give whole numbers from 0 up", option,
                      path, tokens.size()));
    }
    tokens.push_back(id.get<int>());
  }
  return tokens;
}

}  // namespace

Result<Rect> parse_region(const std::string& text) {
  std::string_view rest = text;
  Rect region;
  bool ok =
      take_integer(rest, region.width) && take(rest, 'x') && take_integer(rest, region.height);
  if (ok && !rest.empty()) {
    ok = take(rest, '+') && take_integer(rest, region.x) && take(rest, '+') &&
         take_integer(rest, region.y);
  }
  if (!ok || !rest.empty()) {
    return input_error(
        fmt::format("--region '{}': write WIDTHxHEIGHT, or WIDTHxHEIGHT+X+Y, e.g. 13x7+2+1", text));
  }
  return region;
}

Result<std::vector<int>> parse_tokens(const std::string& text, const std::string& option) {
  if (text == "@") {
    return input_error(option + " @: write the name of the file right behind the @");
  }
  if (!text.empty() && text.front() == '@') {
    return tokens_from_file(text.substr(1), option);
  }
  std::vector<int> tokens;
  std::string_view rest = text;
  do {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    int id = 0;
    if (!take_integer(rest, id)) {
      return input_error(fmt::format("{} '{}': write token ids separated by commas, e.g. 1,431,354",
                                     option, text));
    }
    tokens.push_back(id);
  } while (take(rest, ','));
  if (!rest.empty()) {
    return input_error(
        fmt::format("{} '{}': write token ids separated by commas, e.g. 1,431,354", option, text));
  }
  return tokens;
}

Status check_choice(const std::string& option, const std::string& value,
                    const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
    return {};
  }
  return input_error(fmt::format("{} {}: choose one of {}{}", option, value,
                                 fmt::join(choices, ", "), did_you_mean(value, choices)));
}

Status check_vocabulary(const std::string& place, const std::vector<int>& ids, int size) {
  for (const int id : ids) {
    if (id < 0 || id >= size) {
      return input_error(
          fmt::format("{}: token {} is outside the vocabulary of {}; give ids from 0 to {}", place,
                      id, size, size - 1));
    }
  }
  return {};
}

Error at_option(const std::string& option, const Error& error) {
  return error.kind == ErrorKind::io ? io_error(fmt::format("{}: {}", option, error.message))
                                     : error;
}

}  // namespace weft::cli
