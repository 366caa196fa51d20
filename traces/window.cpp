// SPDX-License-Identifier: Apache-2.0
#include "traces/window.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/figures.h"

namespace weft::traces {
namespace {

void cut_row(const TileWindow& row, std::int64_t begin, const WindowRange& range, TileWindow& out) {
  out.set_role(row.role());
  std::int64_t at = begin;
  for (int i = 0; i < row.cycles_size(); ++i) {
    const std::int64_t from = std::max(at, range.begin);
    at += row.cycles(i);
    const std::int64_t to = std::min(at, range.end);
    if (from < to) {
      out.add_cycles(to - from);
      out.add_activities(row.activities(i));
    }
  }
}

}  // namespace

bool WindowRange::covers(const WindowRange& other) const {
  const Rect& in = other.tiles;
  return begin <= other.begin && other.end <= end && tiles.x <= in.x && tiles.y <= in.y &&
         in.x + in.width <= tiles.x + tiles.width && in.y + in.height <= tiles.y + tiles.height;
}

WindowRange range_of(const Window& window) {
  const Region& tiles = window.tiles();
  return {{tiles.x(), tiles.y(), tiles.width(), tiles.height()}, window.begin(), window.end()};
}

Window cut_window(const Window& window, const WindowRange& range) {
  const Rect from = range_of(window).tiles;
  const Rect& to = range.tiles;
  Window out;
  out.mutable_tiles()->set_x(to.x);
  out.mutable_tiles()->set_y(to.y);
  out.mutable_tiles()->set_width(to.width);
  out.mutable_tiles()->set_height(to.height);
  out.set_begin(range.begin);
  out.set_end(range.end);
  out.set_asked_end(range.end);
  *out.mutable_roles() = window.roles();
  *out.mutable_instructions() = window.instructions();
  *out.mutable_op_runs() = window.op_runs();
  *out.mutable_activities() = window.activities();
  for (int y = to.y; y < to.y + to.height; ++y) {
    for (int x = to.x; x < to.x + to.width; ++x) {
      cut_row(window.rows((y - from.y) * from.width + x - from.x), window.begin(), range,
              *out.add_rows());
    }
  }
  const auto place = [&](int tile) {
    const int x = from.x + tile % from.width;
    const int y = from.y + tile / from.width;
    return to.contains(x, y) ? (y - to.y) * to.width + x - to.x : -1;
  };
  for (const Train& train : window.trains()) {
    const int source = place(train.source());
    const int destination = place(train.destination());
    if (source >= 0 && destination >= 0 && train.issued() >= range.begin &&
        train.consumed() < range.end) {
      Train& kept = *out.add_trains();
      kept = train;
      kept.set_source(source);
      kept.set_destination(destination);
    }
  }
  return out;
}

Status check_window(const Window& window) {
  const auto damaged = [](std::string_view what) {
    return input_error(fmt::format("the window of the recording is damaged ({}); run again", what));
  };
  const auto range = range_of(window);
  if (range.tiles.width <= 0 || range.tiles.height <= 0 || range.begin < 0 ||
      range.begin > range.end || range.tiles.area() != window.rows_size()) {
    return damaged("its tiles");
  }
  const auto within = [](int index, int size) { return index >= 0 && index <= size; };
  const int instructions = window.instructions_size();
  for (const Activity& activity : window.activities()) {
    if (!within(activity.instruction(), instructions) ||
        !within(activity.waits_for(), instructions) ||
        !within(activity.op_run(), window.op_runs_size()) || activity.bin() < 0 ||
        activity.bin() >= static_cast<int>(Figures{}.bins.size())) {
      return damaged("an activity");
    }
  }
  for (const TileWindow& row : window.rows()) {
    std::int64_t left = range.end - range.begin;
    bool sound =
        within(row.role(), window.roles_size()) && row.cycles_size() == row.activities_size();
    for (int i = 0; sound && i < row.cycles_size(); ++i) {
      left -= std::min(row.cycles(i), left + 1);
      sound = row.cycles(i) > 0 && left >= 0 && row.activities(i) >= 0 &&
              row.activities(i) < window.activities_size();
    }
    if (!sound || left != 0) {
      return damaged("a tile");
    }
  }
  for (const Train& train : window.trains()) {
    if (!within(train.source(), window.rows_size() - 1) ||
        !within(train.destination(), window.rows_size() - 1) ||
        !within(train.send_instruction(), instructions) ||
        !within(train.receive_instruction(), instructions) || train.issued() < range.begin ||
        train.issued() > train.consumed() || train.consumed() >= range.end ||
        train.end() <= train.consumed()) {
      return damaged("a train");
    }
  }
  return {};
}

}  // namespace weft::traces
