// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"
#include "isa/route_map.h"
#include "sim/core/tile_scripts.h"

namespace weft::sim::vector {

/// Tiles of one group in one row: x = first, first + step, …, first + (count - 1) * step.
struct LaneRun {
  std::int32_t y = 0;
  std::int32_t first = 0;
  std::int32_t step = 1;
  std::int32_t count = 0;
};

/// Tiles by their place in a plane: from, from + step, …
struct PlaneRun {
  std::ptrdiff_t from = 0;
  std::int32_t step = 1;
  std::int32_t count = 0;
};

/// Colors as one role names them: slot of the group's script -> color.
struct Member {
  std::int32_t role = 0;
  std::vector<std::int16_t> in_color;
  std::vector<std::int16_t> out_color;

  std::shared_ptr<const std::vector<std::int32_t>> pc;  ///< of each step, for people to read

  bool operator==(const Member& other) const {
    return role == other.role && in_color == other.in_color && out_color == other.out_color;
  }
};

/// Tiles that take the same steps and use the same colors; also tiles that differ in colors only,
/// where one talks to the other: the odd and even tiles of a chain are one group, its two halves
/// are not. All lie in one region of the bundle. They move in lockstep; a value per tile is a plane
/// over `box`, row-major.
struct Group {
  /// in_color and out_color hold slots; shared by all groups that take these steps.
  std::shared_ptr<const std::vector<Step>> script;
  std::vector<Member> members;
  std::vector<LaneRun> lanes;
  std::vector<PlaneRun> runs;  ///< the same tiles; rows that follow each other in planes are one
  std::int64_t tiles = 0;
  Rect box;         ///< coordinates in the region
  int region = -1;  ///< of the bundle; -1: none
  int in_slots = 0;
  int out_slots = 0;

  const std::vector<Step>& steps() const { return *script; }
};

struct Groups {
  std::vector<Group> groups;
  std::vector<std::int32_t> group_of;   ///< by tile, row-major over the region; -1: no role
  std::vector<std::int16_t> member_of;  ///< index into members of that group
};

/// Coarse: one group a script, where its tiles talk. Fine: told apart by whom they talk to, for
/// programs whose coarse groups wait for themselves (isa/tile_classes.h).
enum class Grouping : std::uint8_t { coarse, fine };

/// Nothing when a program cannot be written out as a script.
std::optional<Groups> make_groups(const isa::Bundle& bundle,
                                  const std::vector<isa::Program>& programs,
                                  const isa::RouteMap& routes, const Rect& region,
                                  const CostModel& cost, int engines, int colors, Grouping grouping,
                                  ScriptMemo* memo = nullptr);

}  // namespace weft::sim::vector
