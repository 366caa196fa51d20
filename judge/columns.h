// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::judge {

/// "1,234,567", "12.34", "0.0123"; "-" where there is none.
std::string figure_text(std::optional<double> value);
/// "1.234 ms"; "-" where there is none.
std::string seconds_text(std::optional<double> seconds);

/// Words of `text` in lines of at most `width` letters, all but the first behind `indent` spaces.
std::string wrapped(std::string_view text, std::size_t first, std::size_t indent,
                    std::size_t width);

/// Sources in order of their first mention; the number of one begins with 1.
class Footnotes {
 public:
  std::size_t number_of(const std::string& text);
  /// " [1,2]", or nothing.
  std::string marks(const std::vector<std::string>& texts);
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;
};

}  // namespace weft::judge
