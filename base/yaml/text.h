// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/yaml/tree.h"

namespace weft {

/// The text of a YAML file, checked for what yaml-cpp lets pass or tells badly. Columns count
/// bytes, as yaml-cpp's do.
class YamlText {
 public:
  /// `text` must outlive this.
  explicit YamlText(std::string_view text);

  void find_tabs(YamlFaults& faults) const;
  /// Protobuf strings are UTF-8, so everything is.
  void find_foreign_bytes(YamlFaults& faults) const;
  /// False when a quote opens at `place` and the text ends before it closes; yaml-cpp takes such
  /// a text, the rest of the file, without a word.
  bool is_closed(YamlPlace place) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> lines_;  ///< where each line starts
};

}  // namespace weft
