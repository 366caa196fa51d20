// SPDX-License-Identifier: Apache-2.0
#include "cli/window_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text.h"

namespace weft::cli {
namespace {

constexpr long long kMostTiles = 16384;
constexpr int kSide = 128;  ///< of the square that is suggested instead

template <class Integer>
bool take_range(std::string_view& text, Integer& first, Integer& past) {
  const auto take = [&](Integer& value) {
    const char* last = text.data() + text.size();
    const auto [end, fault] = std::from_chars(text.data(), last, value);
    const bool good = fault == std::errc() && value >= 0;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return good;
  };
  if (!take(first) || !text.starts_with(':')) {
    return false;
  }
  text.remove_prefix(1);
  return take(past) && first < past;
}

Result<Rect> parse_tiles(std::string_view text, const std::string& option) {
  std::string_view rest = text;
  int left = 0, right = 0, top = 0, bottom = 0;
  bool good = take_range(rest, left, right) && rest.starts_with(',');
  if (good) {
    rest.remove_prefix(1);
    good = take_range(rest, top, bottom) && rest.empty();
  }
  if (!good) {
    return input_error(fmt::format(
        "{} '{}': write X0:X1,Y0:Y1, columns X0 to X1-1 and rows Y0 to Y1-1, e.g. 0:8,0:4", option,
        text));
  }
  return Rect{left, top, right - left, bottom - top};
}

}  // namespace

Result<AskedWindow> parse_window(const std::string& tiles, const std::string& cycles,
                                 const std::string& prefix) {
  AskedWindow asked;
  if (!tiles.empty()) {
    WEFT_ASSIGN(asked.tiles, parse_tiles(tiles, prefix + "tiles"));
  }
  if (!cycles.empty()) {
    std::string_view rest = cycles;
    std::int64_t begin = 0, end = 0;
    if (!take_range(rest, begin, end) || !rest.empty()) {
      return input_error(
          fmt::format("{}cycles '{}': write A:B, cycles A to B-1, e.g. 1000:2000", prefix, cycles));
    }
    asked.cycles = {begin, end};
  }
  return asked;
}

Result<Rect> tiles_of_window(const AskedWindow& asked, const Rect& region,
                             const std::string& prefix) {
  const Rect tiles = asked.tiles.value_or(region);
  if (tiles.x < region.x || tiles.y < region.y || tiles.x + tiles.width > region.x + region.width ||
      tiles.y + tiles.height > region.y + region.height) {
    return input_error(
        fmt::format("{}tiles {}: outside the region of the run; give tiles inside {}", prefix,
                    written_tiles(tiles), written_tiles(region)));
  }
  if (tiles.area() > kMostTiles) {
    const Rect fits{tiles.x, tiles.y, std::min(tiles.width, kSide), std::min(tiles.height, kSide)};
    return input_error(fmt::format(
        "{}tiles: {} tiles are too many for a trace, {} are the most; "
        "{}tiles {} fits",
        prefix, with_commas(tiles.area()), with_commas(kMostTiles), prefix, written_tiles(fits)));
  }
  return tiles;
}

std::string written_tiles(const Rect& tiles) {
  return fmt::format("{}:{},{}:{}", tiles.x, tiles.x + tiles.width, tiles.y,
                     tiles.y + tiles.height);
}

}  // namespace weft::cli
