// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/rect.h"
#include "base/result.h"

namespace weft::cli {

/// Tiles and cycles as options name them; what was not given is open.
struct AskedWindow {
  std::optional<Rect> tiles;
  std::optional<std::pair<std::int64_t, std::int64_t>> cycles;  ///< [first, second)
};

/// "0:8,0:4" (columns 0 to 7, rows 0 to 3) and "1000:2000", each empty when not given. `prefix` is
/// what the options begin with, "--" or "--trace-".
Result<AskedWindow> parse_window(const std::string& tiles, const std::string& cycles,
                                 const std::string& prefix);

/// The asked tiles, or all of the region. Errors: input (outside the region, too many for a trace).
Result<Rect> tiles_of_window(const AskedWindow& asked, const Rect& region,
                             const std::string& prefix);

/// "0:8,0:4".
std::string written_tiles(const Rect& tiles);

}  // namespace weft::cli
