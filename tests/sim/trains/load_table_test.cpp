// SPDX-License-Identifier: Apache-2.0
// The table of docs/engines.md: error of the makespan by load and length of messages.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "trains/run_trains.h"
#include "trains/traffic.h"

namespace weft::sim {
namespace {

struct Errors {
  double sum = 0, worst = 0, load = 0, busiest = 0;
  int runs = 0;

  void add(const Traffic& traffic, std::uint64_t seed) {
    const ProgramSpec spec = draw_traffic(traffic, seed);
    const ContractCase built = spec.build();
    const RunResult word = run_engine(built, EngineKind::word);
    const double error = std::abs(error_of(run_trains(built), word));
    const LinkLoad links = link_load(spec, word.cycles.count());
    sum += error;
    worst = std::max(worst, error);
    load += links.mean;
    busiest += links.busiest;
    ++runs;
  }
};

// Sides of meshes and how many draws of each; WEFT_LOAD_TABLE=all takes minutes.
std::vector<std::pair<int, int>> draws() {
  const char* asked = std::getenv("WEFT_LOAD_TABLE");
  if (asked != nullptr && std::string_view(asked) == "all") {
    return {{8, 20}, {16, 4}, {32, 1}};
  }
  return {{8, 4}, {16, 1}};
}

TEST(TrainModelTable, KeepsWithinTwoPercentUpToALoadOfThreeTenths) {
  fmt::print("{:>5} {:>6} {:>5} {:>5} {:>7} {:>7} {:>8} {:>7}\n", "turns", "words", "load", "runs",
             "on avg", "busiest", "mean %", "worst %");
  for (const bool pairs : {true, false}) {
    for (const int words : {8, 64, 512}) {
      for (const double load : {0.05, 0.2, 0.3, 0.5}) {
        Errors errors;
        for (const auto& [side, seeds] : draws()) {
          for (int seed = 1; seed <= seeds; ++seed) {
            errors.add({side, 24, words, words > 64 ? 4 : 12, load, pairs},
                       static_cast<std::uint64_t>(seed));
          }
        }
        fmt::print("{:>5} {:>6} {:>5} {:>5} {:>7.2f} {:>7.2f} {:>8.3f} {:>7.2f}\n",
                   pairs ? "no" : "yes", words, load, errors.runs, errors.load / errors.runs,
                   errors.busiest / errors.runs, errors.sum / errors.runs, errors.worst);
        EXPECT_LE(errors.worst, pairs && load <= 0.3 ? 2 : 6);
      }
    }
  }
}

}  // namespace
}  // namespace weft::sim
