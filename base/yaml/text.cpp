// SPDX-License-Identifier: Apache-2.0
#include "base/yaml/text.h"

#include <algorithm>

namespace weft {
namespace {

/// Length of the UTF-8 character that starts `text`; 0 when none does.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80                      ? 1
                             : byte(0) >= 0xc2 && byte(0) < 0xe0 ? 2
                             : byte(0) >= 0xe0 && byte(0) < 0xf0 ? 3
                             : byte(0) >= 0xf0 && byte(0) < 0xf5 ? 4
                                                                 : 0;
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90);
  const bool surrogate = byte(0) == 0xed && byte(1) >= 0xa0;
  const bool too_large = byte(0) == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

YamlText::YamlText(std::string_view text) : text_(text), lines_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      lines_.push_back(i + 1);
    }
  }
}

void YamlText::find_tabs(YamlFaults& faults) const {
  std::string_view text = text_;
  int line = 1;
  while (!text.empty()) {
    const std::string_view content = text.substr(0, text.find('\n'));
    const std::size_t first = content.find_first_not_of(" \t\r");
    const std::size_t tab = content.find('\t');
    if (tab < std::min(first, content.size())) {
      faults.add({line, static_cast<int>(tab) + 1}, "a tab in the indentation: use spaces");
    }
    text.remove_prefix(std::min(text.size(), content.size() + 1));
    ++line;
  }
}

void YamlText::find_foreign_bytes(YamlFaults& faults) const {
  std::string_view text = text_;
  YamlPlace place;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || text.front() == '\0') {
      faults.add(place, "not UTF-8 text");
      return;
    }
    place = text.front() == '\n' ? YamlPlace{place.line + 1, 1}
                                 : YamlPlace{place.line, place.column + static_cast<int>(length)};
    text.remove_prefix(length);
  }
}

bool YamlText::is_closed(YamlPlace place) const {
  const auto line = static_cast<std::size_t>(place.line - 1);
  const auto column = static_cast<std::size_t>(place.column - 1);
  if (line >= lines_.size() || lines_[line] + column >= text_.size()) {
    return true;
  }
  std::string_view rest = text_.substr(lines_[line] + column);
  const char quote = rest.front();
  if (quote != '\'' && quote != '"') {
    return true;  // a block scalar
  }
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\' && quote == '"') {
      ++i;
    } else if (rest[i] == quote && quote == '\'' && i + 1 < rest.size() && rest[i + 1] == quote) {
      ++i;
    } else if (rest[i] == quote) {
      return true;
    }
  }
  return false;
}

}  // namespace weft
