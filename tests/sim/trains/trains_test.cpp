// SPDX-License-Identifier: Apache-2.0
// The train model against engines that are exact.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "random_program.h"
#include "sim/trains/engine.h"
#include "sim/word/engine.h"
#include "trains/traffic.h"

namespace weft::sim {
namespace {

RunResult run_trains(const ContractCase& built) {
  auto engine = trains::Engine::create(built.bundle, built.machine);
  EXPECT_TRUE(engine.ok() && *engine != nullptr);
  (*engine)->advance(INT64_MAX);
  return (*engine)->take_result();
}

RunResult run_exactly(const ContractCase& built, EngineKind kind) {
  Options options;
  options.engine = kind;
  options.data = false;
  auto result = simulate(built.bundle, built.machine, {}, options);
  EXPECT_TRUE(result.ok());
  return std::move(*result);
}

TEST(Explore, Exclusive) {
  int cases = 0, same = 0, dead = 0, deaddiff = 0, paced = 0;
  double worst = 0;
  for (int seed = 1; seed <= 1500; ++seed) {
    const ProgramSpec spec = draw_program(static_cast<std::uint64_t>(seed));
    const bool p = spec.machine.fabric().words_per_cycle().num() !=
                   spec.machine.fabric().words_per_cycle().den();
    if (p) {
      ++paced;
    }
    const ContractCase built = spec.build();
    const RunResult exact = run_exactly(built, EngineKind::dataflow);
    const RunResult trains = run_trains(built);
    if (exact.deadlock.empty() != trains.deadlock.empty()) {
      ++deaddiff;
      fmt::print("seed {} deadlock differs\n", seed);
      continue;
    }
    if (!exact.deadlock.empty()) {
      ++dead;
      continue;
    }
    ++cases;
    const double error =
        100.0 * (trains.cycles.count() - exact.cycles.count()) / (exact.cycles.count());
    same += error == 0;
    if (std::abs(error) > 2 || (!p && error != 0))
      fmt::print("seed {} paced {} exact {} trains {} {:.2f} %\n", seed, p, exact.cycles.count(),
                 trains.cycles.count(), error);
    worst = std::max(worst, std::abs(error));
    for (const Audit& a : trains.audits)
      if (!a.ok) fmt::print("seed {}: {} {}\n", seed, a.name, a.detail);
  }
  fmt::print("{} cases, {} same, {} dead, {} differ, paced {}, worst {}\n", cases, same, dead,
             deaddiff, paced, worst);
}

TEST(Explore, Shared) {
  for (const bool want_paced : {false, true}) {
  int cases = 0, same = 0, dead = 0, met = 0, over = 0; double sum = 0, abs_sum = 0; std::int64_t worst = 0;
  for (int seed = 1; seed <= 3000; ++seed) {
    const ProgramSpec spec = draw_program(static_cast<std::uint64_t>(seed), true);
    const bool p = spec.machine.fabric().words_per_cycle().num() != spec.machine.fabric().words_per_cycle().den();
    if (p != want_paced) continue;
    const ContractCase built = spec.build();
    const RunResult exact = run_exactly(built, EngineKind::word);
    const RunResult trains = run_trains(built);
    if (exact.deadlock.empty() != trains.deadlock.empty()) { fmt::print("seed {} deadlock differs: trains {}\n", seed, trains.deadlock.size()); continue; }
    if (!exact.deadlock.empty()) { ++dead; continue; }
    Options o; o.data = false; o.sample_hops = 0; const auto m = simulate(built.bundle, built.machine, {}, o);
    if (m->exact) continue;
    ++met; ++cases;
    const std::int64_t d = trains.cycles.count() - exact.cycles.count();
    same += d == 0; sum += d; abs_sum += std::abs(d); 
    if (std::abs(d) > std::abs(worst)) worst = d;
    if (std::abs(d) > 3 && std::abs(d) > 0.02 * exact.cycles.count()) { ++over; if (over < 12) fmt::print("seed {} exact {} trains {} {}\n", seed, exact.cycles.count(), trains.cycles.count(), d); }
  }
  fmt::print("paced {}: {} met, {} same, {} dead, mean {:.2f} mean abs {:.2f} worst {} cycles; over both 3 cycles and 2 %: {}\n", want_paced, cases, same, dead, sum / cases, abs_sum / cases, worst, over);
  }
}

TEST(Explore, Golden) {
  for (const ContractRow& row : read_contract(WEFT_SOURCE_DIR "/tests/sim/contract/golden.csv")) {
    const ContractCase built = build_case(row);
    const RunResult trains = run_trains(built);
    const std::string got = trains.deadlock.empty() ? std::to_string(trains.cycles.count()) : "deadlock";
    if (got != row.expected) fmt::print("{}: {}\n", row.label(), got);
  }
}

TEST(Explore, Rows) {
  for (int ramp : {0, 2}) for (int colors : {2, 3, 5, 8}) for (int reach : {1, 2, 3, 4}) for (int words : {1, 8, 64, 512}) {
    const ProgramSpec spec = crossing_row(colors, reach, words, ramp);
    const ContractCase built = spec.build();
    const RunResult word = run_exactly(built, EngineKind::word);
    const RunResult trains = run_trains(built);
    fmt::print("ramp {} colors {} reach {} words {}: word {} trains {} {:+.2f} %\n", ramp, colors, reach, words, word.cycles.count(), trains.cycles.count(), 100.0 * (trains.cycles.count() - word.cycles.count()) / word.cycles.count());
  }
}

TEST(Explore, Traffic) {
  for (const bool pairs : {true, false})
    for (const int side : {8, 16, 32})
      for (const int words : {8, 64, 512})
        for (const double load : {0.05, 0.2, 0.3, 0.5}) {
          double sum = 0, worst = 0, mean_load = 0, busiest = 0;
          int n = side == 8 ? 10 : side == 16 ? 4 : 1;
          double tw = 0, tt = 0;
          std::int64_t ev = 0;
          for (int seed = 1; seed <= n; ++seed) {
            const ProgramSpec spec =
                draw_traffic({side, 24, words, words == 512 ? 6 : 20, load, pairs},
                             static_cast<std::uint64_t>(seed));
            const ContractCase built = spec.build();
            auto c0 = std::clock();
            const RunResult word = run_exactly(built, EngineKind::word);
            auto c1 = std::clock();
            auto engine = trains::Engine::create(built.bundle, built.machine);
            (*engine)->advance(INT64_MAX);
            ev += (*engine)->events();
            const RunResult trains = (*engine)->take_result();
            auto c2 = std::clock();
            tw += double(c1 - c0) / CLOCKS_PER_SEC;
            tt += double(c2 - c1) / CLOCKS_PER_SEC;
            if (!word.deadlock.empty() || !trains.deadlock.empty()) {
              fmt::print("dead {} {}\n", word.deadlock.size(), trains.deadlock.size());
              continue;
            }
            const double error =
                100.0 * (trains.cycles.count() - word.cycles.count()) / word.cycles.count();
            const LinkLoad l = link_load(spec, word.cycles.count());
            mean_load += l.mean / n;
            busiest = std::max(busiest, l.busiest);
            sum += error;
            if (std::abs(error) > std::abs(worst)) worst = error;
            for (const Audit& a : trains.audits)
              if (!a.ok) fmt::print("seed {}: {} {}\n", seed, a.name, a.detail);
          }
          fmt::print(
              "pairs {} side {} words {} load {}: mean {:.3f} busiest {:.2f}; error mean {:.3f} "
              "worst {:.3f} %; word {:.2f}s trains {:.2f}s events {}\n",
              pairs, side, words, load, mean_load, busiest, sum / n, worst, tw, tt, ev);
        }
}

}  // namespace
}  // namespace weft::sim
