// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "mapper/collectives/auto_tree.h"
#include "mapper/collectives/line_plan.h"

namespace weft::mapper::collectives {
namespace {

constexpr int kMostClasses = 7;
constexpr int kAnyBlock = 256;          // all levels in one
constexpr std::int64_t kMostStar = 64;  // tiles of a star worth looking at

struct Candidate {
  Algorithm algorithm;
  Tree tree;
};

/// Makes the trees of one line that the wish leaves open.
class Trees {
 public:
  Trees(int tiles, std::int64_t words, const Timing& timing, const Wish& wish)
      : tiles_(tiles), words_(words), timing_(timing), wish_(wish) {}

  std::vector<Candidate> all() {
    const auto wanted = [&](Algorithm a) { return !wish_.algorithm || *wish_.algorithm == a; };
    for (const int root : roots()) {
      if (wanted(Algorithm::chain)) {
        put(Algorithm::chain, chain_tree(tiles_, root));
      }
      if (wish_.algorithm == Algorithm::star || (wanted(Algorithm::star) && tiles_ <= kMostStar)) {
        put(Algorithm::star, star_tree(tiles_, root));
      }
      for (const bool store : {false, true}) {
        if (wanted(Algorithm::tree)) {
          put(Algorithm::tree, binary_tree(tiles_, root, store));
        }
        if (wanted(Algorithm::two_phase)) {
          const int group = group_of(Algorithm::two_phase, tiles_, root, wish_.group);
          put(Algorithm::two_phase, two_phase_tree(tiles_, root, group, store));
        }
      }
    }
    if (wanted(Algorithm::ktree)) {
      for (const bool store : {false, true}) {
        Tree tree =
            grouped_center_tree(tiles_, group_of(Algorithm::ktree, tiles_, 0, wish_.group), store);
        if (!wish_.root || *wish_.root == tree.root) {
          put(Algorithm::ktree, std::move(tree));
        }
      }
    }
    if (wanted(Algorithm::automatic)) {
      const int classes = std::min(kMostClasses, tiles_);
      const AutoTrees trees(tiles_, classes, words_, timing_, wish_.slack, wish_.apart);
      for (int k = 1; k <= classes; ++k) {
        for (const auto upper : {AutoTrees::Upper::one, AutoTrees::Upper::many}) {
          const int root = wish_.root ? *wish_.root : trees.best_root(k, upper, wish_.back);
          put(Algorithm::automatic, trees.build(k, root, upper));
        }
      }
    }
    return std::move(candidates_);
  }

 private:
  void put(Algorithm algorithm, Tree tree) { candidates_.push_back({algorithm, std::move(tree)}); }

  std::set<int> roots() const {
    if (wish_.root) {
      return {*wish_.root};
    }
    // The root takes one half after the other: the second may be that much longer.
    const std::int64_t hop = timing_.flight(1);
    const std::int64_t later = (timing_.span(words_) + timing_.transfer) / hop / 2;
    const int middle = tiles_ / 2;
    return {0, middle, static_cast<int>(std::max<std::int64_t>(middle - later, 0))};
  }

  int tiles_;
  std::int64_t words_;
  const Timing& timing_;
  const Wish& wish_;
  std::vector<Candidate> candidates_;
};

bool clean(const LinePlan& plan, const Wish& wish) {
  return (wish.apart ? plan.apart() : plan.gap()) >= wish.slack;
}

// Regular ones are preferred as long as they cost less than 2 % more.
const LinePlan* best_of(const std::vector<const LinePlan*>& plans) {
  if (plans.empty()) {
    return nullptr;
  }
  double least = plans.front()->weight();
  for (const LinePlan* plan : plans) {
    least = std::min(least, plan->weight());
  }
  const LinePlan* best = nullptr;
  for (const LinePlan* plan : plans) {
    if (plan->weight() <= 1.02 * least &&
        (best == nullptr || std::tuple(plan->places(), plan->colors(), plan->weight()) <
                                std::tuple(best->places(), best->colors(), best->weight()))) {
      best = plan;
    }
  }
  return best;
}

}  // namespace

int group_of(Algorithm algorithm, int tiles, int root, int wished) {
  if (algorithm != Algorithm::two_phase && algorithm != Algorithm::ktree) {
    return 0;
  }
  const int reach = algorithm == Algorithm::ktree ? tiles : std::max(root + 1, tiles - 1 - root);
  return wished > 0 ? wished : std::max(1, static_cast<int>(std::lround(std::sqrt(reach))));
}

std::vector<LinePlan> candidates(const Line& line, const std::vector<Load>& loads,
                                 const Timing& timing, const Wish& wish) {
  std::vector<LinePlan> plans;
  for (const Load& load : loads) {
    for (const Candidate& candidate : Trees(line.length, load.words, timing, wish).all()) {
      std::vector<Schedule> schedules;
      for (const Load& other : loads) {
        schedules.push_back(schedule_of(candidate.tree, other.words, timing));
      }
      for (const int block : {1, 2, kAnyBlock}) {
        plans.emplace_back(line, candidate.algorithm, candidate.tree,
                           color_trains(candidate.tree, block), wish.back, loads, schedules);
      }
    }
  }
  return plans;
}

Result<LinePlan> plan_line(const Line& line, const std::vector<Load>& loads, const Timing& timing,
                           const Wish& wish) {
  if (wish.root && (*wish.root < 0 || *wish.root >= line.length)) {
    return input_error(fmt::format("root {} of a line of {} tiles; take 0 to {}", *wish.root,
                                   line.length, line.length - 1));
  }
  if (wish.algorithm == Algorithm::ring) {
    return input_error(
        fmt::format("{} {} over {} tiles: ring is no tree; it all-reduces vectors "
                    "that are cut into shares",
                    wish.back ? "all-reduce" : "reduce", line.along_x ? "x" : "y", line.length));
  }
  const std::vector<LinePlan> plans = candidates(line, loads, timing, wish);
  // What must hold, then what may be given up: trains that never meet, few places.
  for (const auto& [keep_clean, keep_places] :
       {std::pair{true, true}, std::pair{true, false}, std::pair{false, false}}) {
    std::vector<const LinePlan*> fit;
    for (const LinePlan& plan : plans) {
      if (plan.colors() <= wish.colors && (!keep_clean || clean(plan, wish)) &&
          (!keep_places || plan.places() <= wish.places)) {
        fit.push_back(&plan);
      }
    }
    if (const LinePlan* best = best_of(fit)) {
      return *best;
    }
  }
  int least = INT32_MAX;
  for (const LinePlan& plan : plans) {
    least = std::min(least, plan.colors());
  }
  const std::string_view name = wish.algorithm ? name_of(*wish.algorithm) : "a chain";
  if (plans.empty()) {
    return input_error(fmt::format(
        "{} {} over {} tiles: {} is no tree with that root; leave the "
        "root or the algorithm open",
        wish.back ? "all-reduce" : "reduce", line.along_x ? "x" : "y", line.length, name));
  }
  return input_error(
      fmt::format("{} {} over {} tiles: {} needs {} colors and {} are left; take "
                  "another algorithm or raise fabric.colors",
                  wish.back ? "all-reduce" : "reduce", line.along_x ? "x" : "y", line.length, name,
                  least, wish.colors));
}

}  // namespace weft::mapper::collectives
