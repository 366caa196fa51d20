// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/rect.h"
#include "isa/bundle.pb.h"

namespace weft::mapper::collectives {

/// Lines of tiles along one axis of a region: `lines` of them side by side, `length` consecutive
/// tiles each, from axis index `first` on. Across the axis there is one such row of lines for every
/// index of the region. Tiles before the first line and past the last one are outside.
struct Line {
  int length = 1;
  int lines = 1;
  int first = 0;
  bool along_x = true;

  bool contains(int index) const { return index >= first && index < first + length * lines; }
  /// Where in its line a tile lies.
  int position(int index) const { return (index - first) % length; }
  bool operator==(const Line&) const = default;
};

/// Ways out of a router as a line sees them.
enum Way : unsigned { kRamp = 1, kUp = 2, kDown = 4 };

/// One rule of one flow at a position of a line: words from `rx` leave to all of `tx` (bits of
/// Way).
struct LineRule {
  int flow = 0;
  int position = 0;
  Way rx = kRamp;
  unsigned tx = 0;
};

/// What one color of a collective occupies: the routers at some indices of an axis, in every row or
/// column of the region, or all routers.
struct Flow {
  std::string name;
  enum class Extent { x, y, everywhere } extent = Extent::x;
  std::vector<int> indices;  ///< sorted; of the x or the y axis

  /// Whether a router belongs to both: then they need two colors.
  bool meets(const Flow& other) const;
};

/// Machine color of every flow of a collective, in the order of its flows().
using Colors = std::vector<int>;

/// The flows of rules, one a number, named `name` and their number.
std::vector<Flow> flows_of(const Line& line, const std::vector<LineRule>& rules,
                           const std::string& name);

/// The same rules for every line across the region, in machine coordinates.
std::vector<isa::Route> routes_of(const Line& line, const std::vector<LineRule>& rules,
                                  const Colors& colors, const weft::Rect& region);

/// From one position of a line to all others.
void add_multicast(int flow, int length, int source, std::vector<LineRule>& rules);

/// From one position to another, over the routers between.
void add_way(int flow, int from, int to, std::vector<LineRule>& rules);

/// Sorted indices as few arithmetic progressions.
std::vector<weft::Stride> strides_of(const std::vector<int>& indices);

}  // namespace weft::mapper::collectives
