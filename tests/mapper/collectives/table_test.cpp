// SPDX-License-Identifier: Apache-2.0
// The tables of docs/collectives.md are what the cost model says today.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "arch/machine.h"
#include "lower_bound.h"
#include "mapper/collectives/all_reduce.h"

namespace weft::mapper::collectives {
namespace {

const std::vector<int> kWords = {1, 28, 128, 1024, 16384};

std::string page() {
  std::ifstream file(WEFT_SOURCE_DIR "/docs/collectives.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Cycles of the best plan by that name, or a dash where trains would meet.
std::string cell(Algorithm algorithm, int tiles, int words, const Timing& timing, Wish wish) {
  wish.algorithm = algorithm;
  wish.colors = 24;
  wish.places = 1000;
  const auto plan = plan_line({tiles, 1, 0, true}, words, timing, wish);
  const bool clean = plan.ok() && (wish.apart ? plan->apart() : plan->gap()) >= 0;
  return clean ? fmt::format("{}", plan->cycles()) : "–";
}

std::string reduce_table() {
  std::string table =
      "| tiles | words | lower bound | chain | tree | two_phase | auto "
      "|\n|---|---|---|---|---|---|---|\n";
  Wish wish;
  wish.back = false;
  wish.root = 0;
  wish.apart = false;
  const Timing timing;
  for (const int tiles : {16, 64, 256, 420}) {
    const ReduceBound bound(tiles);
    for (const int words : kWords) {
      const auto of = [&](Algorithm a) { return cell(a, tiles, words, timing, wish); };
      table += fmt::format("| {} | {} | {:.0f} | {} | {} | {} | {} |\n", tiles, words,
                           bound.cycles(words), of(Algorithm::chain), of(Algorithm::tree),
                           of(Algorithm::two_phase), of(Algorithm::automatic));
    }
  }
  return table;
}

std::string all_reduce_table() {
  std::string table =
      "| tiles | words | chain | tree | two_phase | ktree | auto | ring | chosen | colors | places "
      "|\n|---|---|---|---|---|---|---|---|---|---|---|\n";
  const Timing timing = Timing::of(*arch::load_machine("wse2"));
  for (const int tiles : {8, 64, 256, 420, 990}) {
    for (const int words : kWords) {
      const Line line{tiles, 1, 0, true};
      const auto of = [&](Algorithm a) { return cell(a, tiles, words, timing, {}); };
      const auto chosen = plan_all_reduce(line, words, timing, {});
      const auto* plan = std::get_if<LinePlan>(&*chosen);
      table += fmt::format(
          "| {} | {} | {} | {} | {} | {} | {} | {} | {}, {} | {} | {} |\n", tiles, words,
          of(Algorithm::chain), of(Algorithm::tree), of(Algorithm::two_phase), of(Algorithm::ktree),
          of(Algorithm::automatic), Ring(line).all_reduce_cost((words + tiles - 1) / tiles, timing),
          plan != nullptr ? name_of(plan->algorithm()) : "ring", cycles_of(*chosen, words, timing),
          flows_of(*chosen).size(), plan != nullptr ? fmt::format("{}", plan->places()) : "–");
    }
  }
  return table;
}

TEST(Table, ThePageHasTheCyclesOfReductions) {
  EXPECT_THAT(page(), ::testing::HasSubstr(reduce_table())) << reduce_table();
}

TEST(Table, ThePageHasTheCyclesOfAllReductions) {
  EXPECT_THAT(page(), ::testing::HasSubstr(all_reduce_table())) << all_reduce_table();
}

}  // namespace
}  // namespace weft::mapper::collectives
