// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weft {

/// Line and column of a file, both from 1.
struct YamlPlace {
  int line = 1;
  int column = 1;

  auto operator<=>(const YamlPlace&) const = default;
};

/// A YAML document as written: scalars stay text (nothing is guessed to be a bool or an octal
/// number), keys keep their order and repeats, everything knows its place.
struct YamlNode {
  enum class Kind { null, scalar, sequence, map, refused };

  Kind kind = Kind::null;
  YamlPlace place;
  std::string text;             ///< of a scalar
  bool quoted = false;          ///< a scalar in quotes or a block scalar
  std::vector<YamlNode> items;  ///< of a sequence
  std::vector<std::pair<YamlNode, YamlNode>> entries = {};  ///< of a map, as (key, value)

  /// "a list", "'text'", …: what stands there, for messages.
  std::string what() const;
};

/// The faults of one file, told together and in the order of their places.
class YamlFaults {
 public:
  void add(YamlPlace place, std::string message);
  bool empty() const { return faults_.empty(); }
  /// ok, or one input error: a line `source:line:col: message` for each fault.
  Status status(std::string_view source) const;
  /// The same without line and column, for text that is not in a file.
  Status status_without_places(std::string_view source) const;

 private:
  std::vector<std::pair<YamlPlace, std::string>> sorted() const;
  std::vector<std::pair<YamlPlace, std::string>> faults_;
};

/// Parses one document. Syntax errors, tabs in the indentation, anchors, aliases, tags and a
/// second document are faults; an empty document is an empty map.
YamlNode parse_yaml_tree(std::string_view text, YamlFaults& faults);

/// The same for a single value as it stands in an override; empty text is null.
YamlNode parse_yaml_value(std::string_view text, YamlFaults& faults);

}  // namespace weft
