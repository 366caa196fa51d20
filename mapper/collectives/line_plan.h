// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "mapper/collectives/algorithm.h"
#include "mapper/collectives/coloring.h"
#include "mapper/collectives/line.h"

namespace weft::mapper::collectives {

/// What one tile does in the collectives of a line. Tiles of the same place run the same code.
struct Place {
  enum class Kind { alone, outside, inside, root };
  Kind kind = Kind::alone;
  std::vector<int> in;  ///< flows received from, in order
  int out = -1;         ///< flow sent on
  bool stores = false;  ///< takes in the last train, too, before it sends
  int back = -1;        ///< flow of the multicast

  bool works() const { return kind == Kind::inside || kind == Kind::root; }
  auto operator<=>(const Place&) const = default;
};

/// What is asked of a reduction along a line, and what it may take.
struct Wish {
  bool back = true;  ///< all-reduce: every tile gets the sum
  int colors = 7;    ///< at most, the multicast's included
  int places = 16;   ///< at most, unless nothing else is left: roles multiply over the axes
  int slack = 0;     ///< cycles kept between two trains on a link, for tiles that start apart
  /// A train starts only once the one before it on its links has arrived: a few percent slower, but
  /// `dataflow`, which looks at trains rather than words, then knows its cycles to be exact.
  bool apart = true;
  std::optional<Algorithm> algorithm;  ///< none: the cheapest
  std::optional<int> root;  ///< position; none: the best of edge, center and, for auto, all
  int group = 0;            ///< tiles a group of two_phase and ktree; 0: √P
};

/// Trains of so many words, so often: what a plan is made for.
struct Load {
  std::int64_t words = 1;
  double times = 1;
};

/// A reduction over every line of a region, with or without the way back: tree, colors, cost. Flows
/// are the colors of its trains, then the multicast. One plan may serve trains of several lengths:
/// tiles then differ once, not once for every length.
class LinePlan {
 public:
  /// `schedules`: of the tree, one a load.
  LinePlan(const Line& line, Algorithm algorithm, Tree tree, TreeColors colors, bool back,
           std::vector<Load> loads, std::vector<Schedule> schedules);

  const Line& line() const { return line_; }
  Algorithm algorithm() const { return algorithm_; }
  const Tree& tree() const { return tree_; }
  bool back() const { return back_; }
  int colors() const;  ///< flows; none for a line of one tile
  int places() const { return places_; }
  /// Cycles of one of its loads, all tiles starting together.
  std::int64_t cycles(std::size_t load = 0) const;
  /// … of all of them, as often as each.
  double weight() const;
  /// Least cycles between two trains on a link, and from the end of one to the start of the next
  /// (Schedule), over all loads.
  std::int64_t gap() const;
  std::int64_t apart() const;
  /// Cycles at other words or on another machine.
  std::int64_t cost(std::int64_t words, const Timing& timing) const;
  /// One line: what it is, over what, how, and what it takes.
  std::string text() const;

  /// What the tile at an index of the axis does.
  Place place(int index) const;
  std::vector<Flow> flows() const;
  std::vector<isa::Route> routes(const Colors& colors, const weft::Rect& region) const;

 private:
  std::vector<LineRule> rules() const;

  Line line_;
  Algorithm algorithm_;
  Tree tree_;
  TreeColors colors_;
  bool back_;
  std::vector<Load> loads_;
  std::vector<Schedule> schedules_;
  int places_;
};

/// The plan for these loads that costs the fewest cycles of those the wish allows; among those
/// within 2 % the one with the fewest places. Errors: input, what was asked for does not fit into
/// the colors.
Result<LinePlan> plan_line(const Line& line, const std::vector<Load>& loads, const Timing& timing,
                           const Wish& wish = {});
inline Result<LinePlan> plan_line(const Line& line, std::int64_t words, const Timing& timing,
                                  const Wish& wish = {}) {
  return plan_line(line, std::vector<Load>{{words, 1}}, timing, wish);
}

/// Tiles of a group of two_phase and ktree over a line, `wished` or as many as plan_line takes
/// without a wish; 0 for others.
int group_of(Algorithm algorithm, int tiles, int root, int wished);

/// Every plan plan_line chooses from, the wish's colors and places aside.
std::vector<LinePlan> candidates(const Line& line, const std::vector<Load>& loads,
                                 const Timing& timing, const Wish& wish);

}  // namespace weft::mapper::collectives
