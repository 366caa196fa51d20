// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/yaml/tree.h"
#include "base/yaml_places.h"

namespace weft {
namespace {

using PlaceTable = std::map<std::string, std::pair<int, int>>;

void collect(const YamlNode& node, const std::string& path, PlaceTable& places) {
  for (const auto& [key, value] : node.entries) {
    const std::string child = path.empty() ? key.text : fmt::format("{}.{}", path, key.text);
    places.try_emplace(child, key.place.line, key.place.column);
    collect(value, child, places);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string child = fmt::format("{}[{}]", path, i);
    places.try_emplace(child, node.items[i].place.line, node.items[i].place.column);
    collect(node.items[i], child, places);
  }
}

}  // namespace

YamlPlaces::YamlPlaces(std::string_view text, std::string file) : file_(std::move(file)) {
  YamlFaults ignored;
  collect(parse_yaml_tree(text, ignored), "", places_);
}

std::string YamlPlaces::told(const std::string& path, std::string_view message) const {
  if (file_.empty()) {
    return fmt::format("{}: {}", path, message);
  }
  auto found = places_.find(path);
  for (std::string at = path; found == places_.end() && !at.empty();) {
    const std::size_t end = at.find_last_of(".[");
    at.resize(end == std::string::npos ? 0 : end);
    found = places_.find(at);
  }
  const auto [line, column] = found == places_.end() ? std::pair{1, 1} : found->second;
  return fmt::format("{}:{}:{}: {}: {}", file_, line, column, path, message);
}

}  // namespace weft
