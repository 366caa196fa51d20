// SPDX-License-Identifier: Apache-2.0
// Going over vectors of tiles changes nothing: cycles, bins of every tile, ends of ops and totals
// are those of tile by tile. What the vector engine declines runs tile by tile anyway.
// WEFT_PROPERTY_CASES and WEFT_PROPERTY_SEED draw others, and go on after what differs.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "by_vector.h"
#include "isa/text.h"
#include "kernel_program.h"
#include "property_cases.h"
#include "random_program.h"
#include "shrink_program.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr int kCases = 1000;
#else
constexpr int kCases = 20000;
#endif
constexpr int kMostShown = 10;

TEST(Vector, RandomProgramsGiveWhatTheyGiveTileByTile) {
  const std::uint64_t first = number_from("WEFT_PROPERTY_SEED", 77000);
  const std::uint64_t cases = number_from("WEFT_PROPERTY_CASES", kCases);
  std::uint64_t vectors = 0;
  std::uint64_t paced = 0;
  int differ = 0;
  for (std::uint64_t seed = first; seed < first + cases && differ < kMostShown; ++seed) {
    const ProgramSpec spec = draw_program(seed);
    bool used = false;
    if (difference(spec.build(), &used).empty()) {
      vectors += used ? 1 : 0;
      const auto& pace = spec.machine.fabric().words_per_cycle();
      paced += used && pace.num() != pace.den() ? 1 : 0;
      continue;
    }
    ++differ;
    const ProgramSpec small =
        shrink(spec, [](const ProgramSpec& s) { return !difference(s.build()).empty(); });
    ADD_FAILURE() << "seed " << seed << ", shrunk: " << difference(small.build()) << "\n"
                  << small.text();
  }
  fmt::print("{} of {} programs went over vectors, {} of them on slow links\n", vectors, cases,
             paced);
  EXPECT_GT(vectors * 10, cases);
  EXPECT_GT(paced * 20, cases);
}

struct Ran {
  std::uint64_t cases = 0;
  std::uint64_t vectors = 0;
  std::uint64_t repeated = 0;
};

Ran run_kernels(std::uint64_t first, std::uint64_t cases, KernelPace pace) {
  Ran ran{cases};
  std::map<std::string, int> declined;
  int differ = 0;
  for (std::uint64_t seed = first; seed < first + cases && differ < kMostShown; ++seed) {
    bool used = false;
    std::string why_not;
    const ContractCase drawn = draw_kernels(seed, pace);
    std::int64_t added = 0;
    const std::string text = difference(drawn, &used, &why_not, &added);
    if (!text.empty()) {
      ++differ;
      ADD_FAILURE() << "seed " << seed << text << "\n"
                    << isa::print_bundle(drawn.bundle) << drawn.machine.ShortDebugString();
    }
    ran.vectors += used ? 1 : 0;
    ran.repeated += added > 0 ? 1 : 0;
    ++declined[why_not];
  }
  for (const auto& [why_not, count] : declined) {
    fmt::print("{:6} {}\n", count, why_not.empty() ? "over vectors" : why_not);
  }
  fmt::print("{:6} with iterations that were added, not run\n", ran.repeated);
  return ran;
}

TEST(Vector, RandomKernelsGiveWhatTheyGiveTileByTile) {
  const Ran ran =
      run_kernels(number_from("WEFT_PROPERTY_SEED", 88000),
                  number_from("WEFT_PROPERTY_CASES", kCases / 5), KernelPace::word_a_cycle);
  EXPECT_GT(ran.vectors * 2, ran.cases);
  EXPECT_GT(ran.repeated * 10, ran.cases);
}

TEST(Vector, RandomKernelsOnSlowLinksGiveWhatTheyGiveTileByTile) {
  const Ran ran = run_kernels(number_from("WEFT_PROPERTY_SEED", 99000),
                              number_from("WEFT_PROPERTY_CASES", kCases / 10), KernelPace::slow);
  EXPECT_GT(ran.vectors * 2, ran.cases);
  EXPECT_GT(ran.repeated * 10, ran.cases);
}

// With n words, the receiver starting at h and 6 places and cycles between, at a word each two
// cycles: the last word comes at the latest of 2 (n - 1) + 6, h + n - 1 (a word a cycle, all being
// there) and h + 2 (n - 1 - 6) + 6 (the sender went on at h, with word 6).
TEST(Vector, ALateReceiverCatchesUpAndItsSenderGoesOnAtThePace) {
  const std::string buffer = ".buffer x 0x100 256\ntd t0, x, f32, [64]\n";
  for (const auto& [start, done] : {std::pair(0, 133), std::pair(12, 133), std::pair(13, 134),
                                    std::pair(40, 161), std::pair(100, 221)}) {
    ContractCase drawn = row_case(
        ".region 0 0 2 1\n.route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
        ".role a x=0 y=0\n" +
            buffer + "send c0, t0\nhalt\n.role b x=1 y=0\n" + buffer +
            fmt::format("busy {}\nrecv.set t0, c0\nhalt\n", start),
        2);
    drawn.machine.mutable_fabric()->mutable_words_per_cycle()->set_den(2);
    bool vectors = false;
    EXPECT_EQ(difference(drawn, &vectors), "") << start;
    EXPECT_TRUE(vectors) << start;
    Options options;
    options.data = false;
    options.engine = EngineKind::dataflow;
    const auto run = simulate(drawn.bundle, drawn.machine, {}, options);
    ASSERT_TRUE(run.ok());
    EXPECT_EQ(run->cycles.count(), done) << start;
  }
}

// A stay on a link lasts longer when words come less often than each cycle: a run that says that no
// trains met has the cycles of the word engine.
TEST(Vector, RunsOnSlowSharedLinksThatAreSureAreExact) {
  const std::uint64_t first = number_from("WEFT_PROPERTY_SEED", 66000);
  const std::uint64_t cases = number_from("WEFT_PROPERTY_CASES", kCases / 5);
  std::uint64_t sure = 0;
  int differ = 0;
  for (std::uint64_t seed = first; seed < first + cases && differ < kMostShown; ++seed) {
    ProgramSpec spec = draw_program(seed, true);
    auto& pace = *spec.machine.mutable_fabric()->mutable_words_per_cycle();
    if (pace.num() == pace.den()) {
      pace.set_den(pace.num() * 2);
    }
    const ContractCase drawn = spec.build();
    const std::string text = difference(drawn);
    Options options;
    options.data = false;
    options.engine = EngineKind::dataflow;
    options.sample_hops = 0;
    const auto by_vector = simulate(drawn.bundle, drawn.machine, {}, options);
    bool same = true;
    if (by_vector.ok() && by_vector->vectors && by_vector->exact) {
      options.engine = EngineKind::word;
      const auto word = simulate(drawn.bundle, drawn.machine, {}, options);
      same = word.ok() && word->cycles == by_vector->cycles;
      sure += by_vector->exactness == "colors share links, never at the same time" ? 1 : 0;
    }
    if (!text.empty() || !same) {
      ++differ;
      ADD_FAILURE() << "seed " << seed << text << "\n" << spec.text();
    }
  }
  fmt::print("{} of {} went over vectors and shared links, and were sure\n", sure, cases);
  EXPECT_GT(sure * 100, cases);
}

// Whichever color comes to the link first in time, one of them is worked out first.
TEST(Vector, ColorsThatTakeTurnsOutOfOrderHaveNotMet) {
  const std::string buffer = ".buffer x 0x100 64\ntd t0, x, f32, [16]\n";
  for (const auto& [early, late] : {std::pair("0", "500"), std::pair("500", "0")}) {
    bool vectors = false;
    EXPECT_EQ(difference(
                  row_case(std::string(".region 0 0 4 1\n"
                                       ".route c0 x=0 y=0 ramp -> east\n"
                                       ".route c0 x=1:2 y=0 west -> east\n"
                                       ".route c0 x=3 y=0 west -> ramp\n"
                                       ".route c1 x=1 y=0 ramp -> east\n"
                                       ".route c1 x=2 y=0 west -> ramp\n"
                                       ".role a x=0 y=0\n") +
                               buffer + "busy " + early + "\nsend c0, t0\nhalt\n.role b x=1 y=0\n" +
                               buffer + "busy " + late + "\nsend c1, t0\nhalt\n.role c x=2 y=0\n" +
                               buffer + "recv.set t0, c1\nhalt\n.role d x=3 y=0\n" + buffer +
                               "recv.set t0, c0\nhalt\n",
                           4),
                  &vectors),
              "");
    EXPECT_TRUE(vectors);
  }
}

// A train along one axis joins the two arms that the root hears one after the other, as head groups
// do with the trees of rows.
TEST(Vector, ArmsOfATreeThatAChainJoinsAreTwoGroups) {
  const std::string buffer = ".buffer x 0x100 64\ntd t0, x, f32, [16]\n";
  bool vectors = false;
  EXPECT_EQ(
      difference(
          row_case(".region 0 0 5 1\n"
                   ".route c0 x=1 y=0 ramp -> east\n.route c0 x=2 y=0 west -> ramp\n"
                   ".route c1 x=3 y=0 ramp -> west\n.route c1 x=2 y=0 east -> ramp\n"
                   ".route c2 x=0 y=0 ramp -> east\n.route c2 x=1 y=0 west -> ramp\n"
                   ".route c3 x=1 y=0 ramp -> east\n.route c3 x=2 y=0 west -> east\n"
                   ".route c3 x=3 y=0 west -> ramp\n"
                   ".route c4 x=3 y=0 ramp -> east\n.route c4 x=4 y=0 west -> ramp\n"
                   ".role first x=0 y=0\n" +
                       buffer + "send c2, t0\nhalt\n.role left x=1 y=0\n" + buffer +
                       "send c0, t0\nfwd.add c3, c2, t0\nhalt\n.role root x=2 y=0\n" + buffer +
                       "recv.set t0, c0\nrecv.set t0, c1\nhalt\n.role right x=3 y=0\n" + buffer +
                       "send c1, t0\nfwd.add c4, c3, t0\nhalt\n.role last x=4 y=0\n" + buffer +
                       "recv.set t0, c4\nhalt\n",
                   5),
          &vectors),
      "");
  EXPECT_TRUE(vectors);
}

// Tile 2 begins to wait for its train where tile 1 has held words back and tile 3 will again.
TEST(Vector, ATrainThatStandsTwiceIsBookedAsTileByTile) {
  const std::string buffer = ".buffer x 0x100 256\ntd t0, x, f32, [64]\n";
  for (const char* busy : {"3", "20", "45", "50", "60", "70"}) {
    EXPECT_EQ(difference(row_case(".region 0 0 4 1\n"
                                  ".route c0 x=0 y=0 ramp -> east\n"
                                  ".route c0 x=1:2 y=0 west -> ramp,east\n"
                                  ".route c0 x=3 y=0 west -> ramp\n"
                                  ".role a x=0 y=0\n" +
                                      buffer + "send c0, t0\nhalt\n.role b x=1 y=0\n" + buffer +
                                      "busy 46\nrecv.set t0, c0\nhalt\n.role c x=2 y=0\n" + buffer +
                                      "recv.set t0, c0, q1, e0\nbusy " + busy +
                                      "\nwait e0\nhalt\n.role d x=3 y=0\n" + buffer +
                                      "busy 63\nrecv.set t0, c0\nhalt\n",
                                  4)),
              "")
        << busy;
  }
}

}  // namespace
}  // namespace weft::sim
