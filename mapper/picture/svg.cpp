// SPDX-License-Identifier: Apache-2.0
#include "mapper/picture/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weft::mapper {
namespace {

/// Bytes of the UTF-8 character at the front; 0: none that XML may hold.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return first >= 0x20 && first != 0x7f ? 1 : 0;
  }
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size == 0 || first > 0xf4 || text.size() < size) {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  const bool too_long = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool past_the_end = first == 0xf4 && byte(1) >= 0x90;
  const bool no_character = first == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe;
  return too_long || surrogate || past_the_end || no_character ? 0 : size;
}

template <class OnCharacter>
void each_character(std::string_view text, OnCharacter&& on_character) {
  while (!text.empty()) {
    const std::size_t size = character(text);
    on_character(size == 0 ? std::string_view("?") : text.substr(0, size));
    text.remove_prefix(std::max<std::size_t>(1, size));
  }
}

std::string title_element(std::string_view tooltip) {
  return tooltip.empty() ? std::string() : fmt::format("<title>{}</title>", xml_text(tooltip));
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string result;
  each_character(text, [&](std::string_view c) {
    if (c == "&") {
      result += "&amp;";
    } else if (c == "<") {
      result += "&lt;";
    } else if (c == ">") {
      result += "&gt;";
    } else if (c == "\"") {
      result += "&quot;";
    } else {
      result += c;
    }
  });
  return result;
}

double text_width(std::string_view text, int size, bool bold) {
  int ems = 0;  // hundredths
  each_character(text, [&](std::string_view c) {
    const bool narrow = std::string_view("iljt.,:;|'!()[] fr").find(c) != std::string_view::npos;
    const bool wide = (c[0] >= 'A' && c[0] <= 'Z') || c == "m" || c == "w" || c == "_";
    ems += c.size() > 2 ? 100 : narrow ? 38 : wide ? 76 : 60;
  });
  return ems * size * (bold ? 1.06 : 1.0) / 100;
}

std::string fitted(std::string_view text, double width, int size, bool bold) {
  if (text_width(text, size, bold) <= width) {
    return std::string(text);
  }
  std::string result;
  bool full = false;
  each_character(text, [&](std::string_view c) {
    full = full || text_width(result + std::string(c) + "…", size, bold) > width;
    if (!full) {
      result += c;
    }
  });
  return result + "…";
}

std::string number(double value) {
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  const char* sign = tenths < 0 ? "-" : "";
  const std::int64_t size = std::abs(tenths);
  return size % 10 == 0 ? fmt::format("{}{}", sign, size / 10)
                        : fmt::format("{}{}.{}", sign, size / 10, size % 10);
}

std::string shade(double share) {
  if (share > 1) {
    return "#c0392b";
  }
  const double s = std::clamp(share, 0.0, 1.0);
  const auto mix = [&](int light, int dark) {
    return static_cast<int>(std::lround(light + s * (dark - light)));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(0xee, 0x1f), mix(0xf4, 0x5f), mix(0xfb, 0xa6));
}

std::string percent(double share) {
  return fmt::format("{} %", static_cast<std::int64_t>(std::llround(share * 100)));
}

void Svg::rect(const Frame& frame, std::string_view fill, std::string_view stroke,
               std::string_view tooltip) {
  body_ += fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}")",
                       number(frame.x), number(frame.y), number(frame.width), number(frame.height),
                       fill, stroke);
  body_ += tooltip.empty() ? "/>\n" : fmt::format(">{}</rect>\n", title_element(tooltip));
}

void Svg::text(double x, double y, std::string_view text, const TextStyle& style) {
  body_ += fmt::format(
      R"(<text x="{}" y="{}" font-size="{}" fill="{}"{}{}{}>{}</text>)"
      "\n",
      number(x), number(y), style.size, style.fill, style.bold ? R"( font-weight="bold")" : "",
      std::string_view(style.anchor) == "start" ? std::string()
                                                : fmt::format(R"( text-anchor="{}")", style.anchor),
      style.halo.empty()
          ? std::string()
          : fmt::format(R"( paint-order="stroke" stroke="{}" stroke-width="4")", style.halo),
      xml_text(text));
}

void Svg::path(std::string_view data, std::string_view attributes, std::string_view tooltip) {
  if (!data.empty()) {
    body_ += fmt::format(R"(<path d="{}" {}>{}</path>)"
                         "\n",
                         data, attributes, title_element(tooltip));
  }
}

std::string Svg::finish(double width, double height, std::string_view title) const {
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="Helvetica, Arial, sans-serif" role="img">
<title>{2}</title>
<rect width="{0}" height="{1}" fill="#ffffff"/>
{3}</svg>
)",
      number(width), number(height), xml_text(title), body_);
}

}  // namespace weft::mapper
