// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weft::traces {

/// Puts an SVG together: white ground, sans-serif, figures to a hundredth of a pixel.
class Svg {
 public:
  Svg(double width, double height, std::string_view title);

  void rect(double x, double y, double width, double height, std::string_view fill,
            std::string_view tip = "");
  void frame(double x, double y, double width, double height, std::string_view stroke);
  void line(double x1, double y1, double x2, double y2, std::string_view stroke,
            std::string_view dashes = "");
  void dot(double x, double y, double radius, std::string_view fill);
  /// `anchor`: start, middle or end.
  void text(double x, double y, std::string_view text, std::string_view anchor = "start",
            std::string_view fill = "#222");
  /// PNG; its pixels have hard edges where a viewer obeys `image-rendering`.
  void image(double x, double y, double width, double height, std::string_view png);

  std::string take();

 private:
  std::string out_;
};

/// Viridis, 0 to 255, as 0xRRGGBB.
std::span<const std::uint32_t> viridis();
std::string hex_of(std::uint32_t color);

/// A PNG of a byte a pixel, through a palette of 256. Each is drawn `times` wide and high, so that
/// few and large ones have hard edges in every viewer.
std::string png_of(int width, int height, std::string_view pixels,
                   std::span<const std::uint32_t> palette, int times = 1);

}  // namespace weft::traces
