// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/line_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::mapper::collectives {
namespace {

std::size_t at(int tile) { return static_cast<std::size_t>(tile); }

}  // namespace

LinePlan::LinePlan(const Line& line, Algorithm algorithm, Tree tree, TreeColors colors, bool back,
                   std::vector<Load> loads, std::vector<Schedule> schedules)
    : line_(line),
      algorithm_(algorithm),
      tree_(std::move(tree)),
      colors_(std::move(colors)),
      back_(back),
      loads_(std::move(loads)),
      schedules_(std::move(schedules)),
      places_(count_places(tree_, colors_)) {}

int LinePlan::colors() const { return line_.length == 1 ? 0 : colors_.count + (back_ ? 1 : 0); }

std::int64_t LinePlan::cycles(std::size_t load) const {
  return back_ ? schedules_[load].returned : schedules_[load].reduced;
}

double LinePlan::weight() const {
  double sum = 0;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    sum += loads_[i].times * static_cast<double>(cycles(i));
  }
  return sum;
}

std::int64_t LinePlan::gap() const {
  std::int64_t least = kNoGap;
  for (const Schedule& schedule : schedules_) {
    least = std::min(least, schedule.gap);
  }
  return least;
}

std::int64_t LinePlan::apart() const {
  std::int64_t least = kNoGap;
  for (const Schedule& schedule : schedules_) {
    least = std::min(least, schedule.apart);
  }
  return least;
}

std::int64_t LinePlan::cost(std::int64_t words, const Timing& timing) const {
  const Schedule schedule = schedule_of(tree_, words, timing);
  return back_ ? schedule.returned : schedule.reduced;
}

std::string LinePlan::text() const {
  std::vector<std::int64_t> words;
  std::vector<std::int64_t> all_cycles;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    words.push_back(loads_[i].words);
    all_cycles.push_back(cycles(i));
  }
  return fmt::format(
      "{} {}, {} words over {} tiles: {}, {} colors, {} cycles{}", back_ ? "all-reduce" : "reduce",
      line_.along_x ? "x" : "y", fmt::join(words, " and "), line_.length, name_of(algorithm_),
      colors(), fmt::join(all_cycles, " and "), gap() < 0 ? " or more: trains meet on links" : "");
}

Place LinePlan::place(int index) const {
  Place place;
  if (!line_.contains(index)) {
    place.kind = Place::Kind::outside;
    return place;
  }
  if (line_.length == 1) {
    return place;
  }
  const int i = line_.position(index);
  place.kind = i == tree_.root ? Place::Kind::root : Place::Kind::inside;
  for (const int child : tree_.children[at(i)]) {
    place.in.push_back(colors_.up[at(child)]);
  }
  place.out = colors_.up[at(i)];
  place.stores = tree_.stores[at(i)] != 0 && i != tree_.root && !place.in.empty();
  place.back = back_ ? colors_.count : -1;
  return place;
}

std::vector<LineRule> LinePlan::rules() const {
  std::vector<LineRule> rules;
  for (int i = 0; i < line_.length; ++i) {
    if (tree_.parent[at(i)] >= 0) {
      add_way(colors_.up[at(i)], i, tree_.parent[at(i)], rules);
    }
  }
  if (back_ && line_.length > 1) {
    add_multicast(colors_.count, line_.length, tree_.root, rules);
  }
  return rules;
}

std::vector<Flow> LinePlan::flows() const {
  return flows_of(line_, rules(),
                  fmt::format("{} {}", back_ ? "all-reduce" : "reduce", line_.along_x ? "x" : "y"));
}

std::vector<isa::Route> LinePlan::routes(const Colors& colors, const weft::Rect& region) const {
  return routes_of(line_, rules(), colors, region);
}

}  // namespace weft::mapper::collectives
