// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace weft {

/// Where each field stands in a YAML file, by its path (`regions[1].x`), for faults that show only
/// when fields are held against each other. Default-constructed, it stands for a message that came
/// from no file and says the path alone.
class YamlPlaces {
 public:
  YamlPlaces() = default;
  /// `text` is what read_yaml accepted under the name `file`.
  YamlPlaces(std::string_view text, std::string file);

  /// `file:line:col: path: message`; of a field that is not in the file, the place of the nearest
  /// field around it.
  std::string told(const std::string& path, std::string_view message) const;

 private:
  std::string file_;
  std::map<std::string, std::pair<int, int>> places_;
};

}  // namespace weft
