// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/rect.h"
#include "base/result.h"
#include "traces/recording.pb.h"

namespace weft::traces {

/// Tiles in machine coordinates and cycles [begin, end).
struct WindowRange {
  Rect tiles;
  std::int64_t begin = 0;
  std::int64_t end = 0;

  bool covers(const WindowRange& other) const;
};

WindowRange range_of(const Window& window);

/// The part of a window inside `range`, which it must cover; stretches are cut at its edges, and
/// trains stay when both ends lie in it.
Window cut_window(const Window& window, const WindowRange& range);

/// Whether indices point into their tables and stretches fill the window: what a file that was
/// written by somebody else may break. Errors: input.
Status check_window(const Window& window);

}  // namespace weft::traces
