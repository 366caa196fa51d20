// SPDX-License-Identifier: Apache-2.0
#include "traces/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weft::traces {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Bytes of the first `columns` code points.
std::size_t bytes_of_columns(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (!continues(text[at]) && seen++ == columns) {
      break;
    }
  }
  return at;
}

/// Length of the well-formed UTF-8 sequence at the front, 0 if there is none.
std::size_t sequence_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || bytes.size() < length ||
      !std::all_of(bytes.begin() + 1, bytes.begin() + static_cast<std::ptrdiff_t>(length),
                   continues)) {
    return 0;
  }
  const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool surrogate = lead == 0xED && at(1) >= 0xA0;
  const bool too_large = lead == 0xF4 && at(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

std::string clip(std::string_view text, std::size_t width) {
  if (columns_of(text) <= width) {
    return std::string(text);
  }
  if (width == 0) {
    return {};
  }
  return std::string(text.substr(0, bytes_of_columns(text, width - 1))).append(kEllipsis);
}

std::string pad_right(std::string_view text, std::size_t width) {
  std::string out = clip(text, width);
  return out.append(width - columns_of(out), ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::string out = clip(text, width);
  return std::string(width - columns_of(out), ' ') + out;
}

std::string bar(double fraction, std::size_t width) {
  static constexpr std::string_view blocks[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = std::clamp(fraction, 0.0, 1.0);
  auto eighths = static_cast<std::size_t>(std::lround(clamped * 8 * static_cast<double>(width)));
  if (eighths == 0 && clamped > 0) {
    eighths = 1;
  }
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) {
    out += "█";
  }
  return out.append(blocks[eighths % 8]);
}

std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t max_lines) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() + 1 < max_lines && columns_of(text) > width) {
    std::size_t end = bytes_of_columns(text, width + 1);
    const std::size_t space = text.substr(0, end).rfind(' ');
    end = space == std::string_view::npos || space == 0 ? bytes_of_columns(text, width) : space;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  if (!text.empty() && max_lines > 0) {
    lines.push_back(clip(text, width));
  }
  return lines;
}

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    out.append(length == 0 ? kReplacement : bytes.substr(0, length));
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

static std::string in_steps(double amount, std::string_view unit) {
  static constexpr struct {
    double scale;
    std::string_view prefix;
  } steps[] = {{1, ""}, {1e3, "m"}, {1e6, "µ"}, {1e9, "n"}};
  for (const auto& step : steps) {
    const double value = amount * step.scale;
    if (value >= 1 || step.scale == 1e9) {
      const int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
      return fmt::format("{:.{}f} {}{}", value, decimals, step.prefix, unit);
    }
  }
  return {};
}

std::string human_seconds(double seconds) { return in_steps(seconds, "s"); }
std::string human_joules(double joules) { return in_steps(joules, "J"); }

std::string human_hertz(double hertz) {
  if (hertz >= 1e9) {
    return fmt::format("{:.4g} GHz", hertz / 1e9);
  }
  return hertz >= 1e6 ? fmt::format("{:.4g} MHz", hertz / 1e6) : fmt::format("{:.4g} Hz", hertz);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace weft::traces
