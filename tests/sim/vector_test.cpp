// SPDX-License-Identifier: Apache-2.0
// Going over vectors of tiles changes nothing: cycles, bins of every tile, ends of ops and totals
// are those of tile by tile. What the vector engine declines runs tile by tile anyway.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "contract_case.h"
#include "isa/text.h"
#include "kernel_program.h"
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

// What differs, empty where nothing does or the vector engine declined.
std::string difference(const ContractCase& drawn, bool* vectors = nullptr,
                       std::string* why_not = nullptr, std::int64_t* added = nullptr) {
  Options options;
  options.data = false;
  options.engine = EngineKind::dataflow;
  options.sample_hops = 0;
  const auto by_vector = simulate(drawn.bundle, drawn.machine, {}, options);
  options.scalar = true;
  const auto by_tile = simulate(drawn.bundle, drawn.machine, {}, options);
  if (!by_vector.ok() || !by_tile.ok()) {
    return by_vector.ok() == by_tile.ok() ? "" : "one of them fails";
  }
  if (vectors != nullptr) {
    *vectors = by_vector->vectors;
  }
  if (added != nullptr) {
    for (const RunResult::Repeat& repeat : by_vector->repeats) {
      *added += repeat.iterations;
    }
  }
  if (!by_vector->vectors) {
    if (why_not != nullptr) {
      *why_not = by_vector->scalar_because;
    }
    return "";
  }
  std::string text;
  const auto compare = [&](const char* what, auto a, auto b) {
    if (a != b) {
      text += fmt::format("\n{}: {}, tile by tile {}", what, a, b);
    }
  };
  if (!by_tile->deadlock.empty()) {
    return "deadlock tile by tile only: " + by_tile->deadlock.front();
  }
  // Where words of two trains may have met, each says so by what it knows of them. Whoever is sure
  // that they did not must agree with the word engine.
  if (by_vector->exact != by_tile->exact) {
    Options word_by_word;
    word_by_word.data = false;
    word_by_word.engine = EngineKind::word;
    const auto word = simulate(drawn.bundle, drawn.machine, {}, word_by_word);
    compare("sure of cycles, word by word",
            (by_vector->exact ? by_vector : by_tile)->cycles.count(), word->cycles.count());
    return text;
  }
  compare("cycles", by_vector->cycles.count(), by_tile->cycles.count());
  compare("instructions", by_vector->instructions, by_tile->instructions);
  compare("words sent", by_vector->words_sent, by_tile->words_sent);
  compare("MACs", by_vector->macs, by_tile->macs);
  for (std::size_t t = 0; t < by_tile->tiles.size(); ++t) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      compare(fmt::format("tile {}, bin {}", t, bin).c_str(), by_vector->tiles[t].bins[bin],
              by_tile->tiles[t].bins[bin]);
    }
    compare("words received", by_vector->tiles[t].words_received, by_tile->tiles[t].words_received);
  }
  for (std::size_t op = 0; op < by_tile->op_bins.size(); ++op) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      compare(fmt::format("op {}, bin {}", op, bin).c_str(), by_vector->op_bins[op][bin],
              by_tile->op_bins[op][bin]);
    }
  }
  compare("audits", by_vector->audits.size(), by_tile->audits.size());
  for (std::size_t i = 0; i < std::min(by_vector->audits.size(), by_tile->audits.size()); ++i) {
    compare("audit", by_vector->audits[i].detail, by_tile->audits[i].detail);
  }
  return text;
}

TEST(Vector, RandomProgramsGiveWhatTheyGiveTileByTile) {
  int vectors = 0;
  for (std::uint64_t seed = 77000; seed < 77000 + kCases; ++seed) {
    const ProgramSpec spec = draw_program(seed);
    bool used = false;
    if (difference(spec.build(), &used).empty()) {
      vectors += used ? 1 : 0;
      continue;
    }
    const ProgramSpec small =
        shrink(spec, [](const ProgramSpec& s) { return !difference(s.build()).empty(); });
    FAIL() << "seed " << seed << ", shrunk: " << difference(small.build()) << "\n" << small.text();
  }
  fmt::print("{} of {} programs went over vectors\n", vectors, kCases);
  EXPECT_GT(vectors * 10, kCases);
}

TEST(Vector, RandomKernelsGiveWhatTheyGiveTileByTile) {
  int vectors = 0;
  std::map<std::string, int> declined;
  int repeated = 0;
  for (std::uint64_t seed = 88000; seed < 88000 + kCases / 5; ++seed) {
    bool used = false;
    std::string why_not;
    const ContractCase drawn = draw_kernels(seed);
    std::int64_t added = 0;
    const std::string text = difference(drawn, &used, &why_not, &added);
    ASSERT_TRUE(text.empty()) << "seed " << seed << text << "\n"
                              << isa::print_bundle(drawn.bundle)
                              << drawn.machine.ShortDebugString();
    vectors += used ? 1 : 0;
    repeated += added > 0 ? 1 : 0;
    ++declined[why_not];
  }
  for (const auto& [why_not, count] : declined) {
    fmt::print("{:6} {}\n", count, why_not.empty() ? "over vectors" : why_not);
  }
  fmt::print("{:6} with iterations that were added, not run\n", repeated);
  EXPECT_GT(vectors * 2, kCases / 5);
  EXPECT_GT(repeated * 10, kCases / 5);
}

std::string from_text(const std::string& text, bool* vectors, std::int64_t* added, int width) {
  auto bundle = isa::parse_bundle(".bundle 1\n" + text, "case.s");
  EXPECT_TRUE(bundle.ok()) << bundle.error().message;
  ContractCase drawn;
  drawn.bundle = std::move(*bundle);
  drawn.machine = contract_machine(width, 1);
  return difference(drawn, vectors, nullptr, added);
}

// Tile 3 stands in the middle of a train since long before, its receiver waits for the loop.
TEST(Vector, ALoopRepeatsWhileOthersWaitToSend) {
  const std::string buffer = ".buffer x 0x100 256\ntd t0, x, f32, [64]\n";
  bool vectors = false;
  std::int64_t added = 0;
  EXPECT_EQ(from_text(".region 0 0 4 1\n"
                      ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
                      ".route c1 x=1 y=0 ramp -> east\n.route c1 x=2 y=0 west -> ramp\n"
                      ".route c2 x=3 y=0 ramp -> west\n.route c2 x=2 y=0 east -> ramp\n"
                      ".role a x=0 y=0\n" +
                          buffer + "loop 200\nbusy 7\nsend c0, t0\nend\nhalt\n.role b x=1 y=0\n" +
                          buffer +
                          "loop 200\nrecv.set t0, c0\nbusy 11\nend\nsend c1, t0\nhalt\n"
                          ".role c x=2 y=0\n" +
                          buffer +
                          "recv.set t0, c2\nbusy 30\nrecv.set t0, c1\nrecv.set t0, c2\nhalt\n"
                          ".role d x=3 y=0\n" +
                          buffer + "send c2, t0\nsend c2, t0\nhalt\n",
                      &vectors, &added, 4),
            "");
  EXPECT_TRUE(vectors);
  EXPECT_GT(added, 150);
}

// Whichever color comes to the link first in time, one of them is worked out first.
TEST(Vector, ColorsThatTakeTurnsOutOfOrderHaveNotMet) {
  const std::string buffer = ".buffer x 0x100 64\ntd t0, x, f32, [16]\n";
  for (const auto& [early, late] : {std::pair("0", "500"), std::pair("500", "0")}) {
    bool vectors = false;
    EXPECT_EQ(from_text(std::string(".region 0 0 4 1\n"
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
                        &vectors, nullptr, 4),
              "");
    EXPECT_TRUE(vectors);
  }
}

// A train along one axis joins the two arms that the root hears one after the other, as head groups
// do with the trees of rows.
TEST(Vector, ArmsOfATreeThatAChainJoinsAreTwoGroups) {
  const std::string buffer = ".buffer x 0x100 64\ntd t0, x, f32, [16]\n";
  bool vectors = false;
  EXPECT_EQ(from_text(".region 0 0 5 1\n"
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
                      &vectors, nullptr, 5),
            "");
  EXPECT_TRUE(vectors);
}

}  // namespace
}  // namespace weft::sim
