// SPDX-License-Identifier: Apache-2.0
#include "tests/mapper/xml_check.h"

#include <regex>
#include <set>
#include <vector>

namespace weft::mapper {
namespace {

bool is_sound_text(const std::string& text) {
  static const std::regex entity("&(amp|lt|gt|quot|#[0-9]+);");
  const std::string rest = std::regex_replace(text, entity, "");
  for (const char c : rest) {
    if (c == '&' || c == '<' || (static_cast<unsigned char>(c) < 0x20 && c != '\n')) {
      return false;
    }
  }
  return true;
}

/// Attributes of a start tag, each once and in quotes.
std::string attribute_fault(std::string_view rest) {
  std::set<std::string> seen;
  while (!rest.empty()) {
    const std::size_t equals = rest.find("=\"");
    if (rest[0] != ' ' || equals == std::string_view::npos) {
      return "no attribute: " + std::string(rest.substr(0, 40));
    }
    const std::string name(rest.substr(1, equals - 1));
    const std::size_t end = rest.find('"', equals + 2);
    if (name.empty() || name.find_first_of(" <>\"'/") != std::string::npos ||
        !seen.insert(name).second || end == std::string_view::npos) {
      return "attribute " + name;
    }
    if (!is_sound_text(std::string(rest.substr(equals + 2, end - equals - 2)))) {
      return "value of attribute " + name;
    }
    rest.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

std::string xml_fault(std::string_view text) {
  std::vector<std::string> open;
  bool closed = false;
  while (!text.empty()) {
    const std::size_t start = text.find('<');
    const std::string between(text.substr(0, start));
    if (!is_sound_text(between)) {
      return "text: " + between.substr(0, 40);
    }
    if (open.empty() && between.find_first_not_of('\n') != std::string::npos) {
      return "text outside of the root";
    }
    if (start == std::string_view::npos) {
      break;
    }
    const std::size_t end = text.find('>', start);
    if (end == std::string_view::npos || closed) {
      return closed ? "a second root" : "a tag that does not end";
    }
    std::string_view tag = text.substr(start + 1, end - start - 1);
    text.remove_prefix(end + 1);
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) {
        return "end of " + std::string(tag);
      }
      open.pop_back();
      closed = open.empty();
      continue;
    }
    const bool empty = tag.ends_with('/');
    tag.remove_suffix(empty ? 1 : 0);
    const std::string name(tag.substr(0, tag.find(' ')));
    if (const std::string fault = attribute_fault(tag.substr(name.size())); !fault.empty()) {
      return fault;
    }
    if (!empty) {
      open.push_back(name);
    }
  }
  return !open.empty() ? open.back() + " is left open" : closed ? "" : "no element";
}

}  // namespace weft::mapper
