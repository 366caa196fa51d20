// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::mapper {

/// A rectangle on the page, pixels.
struct Frame {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

struct TextStyle {
  int size = 12;
  bool bold = false;
  const char* fill = "#222222";
  const char* anchor = "start";
  std::string halo = {};  ///< color of an outline, for text over lines
};

/// Collects elements of a picture. Coordinates are written with one decimal, names escaped.
class Svg {
 public:
  void rect(const Frame& frame, std::string_view fill, std::string_view stroke = "none",
            std::string_view tooltip = {});
  void text(double x, double y, std::string_view text, const TextStyle& style = {});
  /// `attributes` as they stand in the element; `tooltip` is shown by viewers.
  void path(std::string_view data, std::string_view attributes, std::string_view tooltip = {});
  void raw(std::string_view element) { body_ += element; }

  /// The whole file.
  std::string finish(double width, double height, std::string_view title) const;

 private:
  std::string body_;
};

/// `&`, `<`, quotes and what XML does not allow.
std::string xml_text(std::string_view text);
/// Pixels a line of text takes at most, roughly.
double text_width(std::string_view text, int size, bool bold = false);
/// The text, or as much of it as fits into `width` and an ellipsis.
std::string fitted(std::string_view text, double width, int size, bool bold = false);
/// One decimal, none when it is zero: the same bytes on every host.
std::string number(double value);
/// Shade of a share: light at 0, dark at 1, red above.
std::string shade(double share);
/// "83 %".
std::string percent(double share);

}  // namespace weft::mapper
