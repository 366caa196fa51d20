// SPDX-License-Identifier: Apache-2.0
// Every engine keeps the run over time: slices sum to the bins of every tile, and engines that book
// stretch by stretch agree slice by slice, though they share no timing code.
// WEFT_PROPERTY_CASES and WEFT_PROPERTY_SEED draw others.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "isa/text.h"
#include "kernel_program.h"
#include "property_cases.h"
#include "random_program.h"
#include "shrink_program.h"
#include "sim/simulate.h"
#include "trains/traffic.h"

namespace weft::sim {
namespace {

#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
constexpr int kCases = 300;
#else
constexpr int kCases = 5000;
#endif

// A share of at most so many cycles is told back to the cycle.
constexpr std::int64_t kExactSlice = 254;

enum class How { vectors, whole_trains, stretches, words };

Options options_of(How how, int most_slices = TimelineLimits{}.most_slices) {
  Options options;
  options.data = false;
  options.engine = how == How::words ? EngineKind::word : EngineKind::dataflow;
  options.scalar = how != How::vectors;
  options.lean = how == How::whole_trains;
  options.repeat = false;
  options.sample_hops = 0;
  options.timeline.emplace();
  options.timeline->most_slices = most_slices;
  return options;
}

bool came_that_way(const RunResult& result, How how) {
  const bool same = (how == How::vectors) == result.vectors &&
                    (how == How::whole_trains) == result.lean && result.exact;
  return how == How::words || same;
}

// What slices do not say as the bins of the tiles do.
std::string bins_differ(const RunResult& result) {
  const RunTimeline& timeline = *result.timeline;
  if (timeline.cycles != result.cycles.count() || timeline.scale != 1) {
    return fmt::format("\n{} cycles over time, {} in all", timeline.cycles, result.cycles.count());
  }
  std::string text;
  for (std::size_t tile = 0; tile < result.tiles.size(); ++tile) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      std::int64_t cycles = 0;
      for (int slice = 0; slice < timeline.slices; ++slice) {
        const std::int64_t length =
            std::min(timeline.slice, timeline.cycles - slice * timeline.slice);
        const auto at = static_cast<std::size_t>(slice) * result.tiles.size() + tile;
        cycles += std::llround(timeline.mean[bin][at] * static_cast<double>(length) / 255);
      }
      if (cycles != result.tiles[tile].bins[bin]) {
        text += fmt::format("\ntile {} bin {}: {} cycles over time, {} in all", tile, bin, cycles,
                            result.tiles[tile].bins[bin]);
      }
    }
  }
  return text;
}

std::string timelines_differ(const RunResult& a, const RunResult& b) {
  std::string text;
  for (std::size_t series = 0; series < kSeries; ++series) {
    if (a.timeline->mean[series] != b.timeline->mean[series] ||
        a.timeline->max[series] != b.timeline->max[series]) {
      text += fmt::format("\nseries {}: {} and {}", series, a.timeline->mean[series],
                          b.timeline->mean[series]);
    }
  }
  if (a.link_words != b.link_words) {
    text += fmt::format("\nwords over links: {} and {}", a.link_words, b.link_words);
  }
  return text;
}

struct Seen {
  int compared[4] = {};
  int deadlocks = 0;
  int slices = 0;  ///< more than one
};

std::string difference(const ContractCase& drawn, int most_slices, Seen* seen = nullptr) {
  const auto options = [&](How how) { return options_of(how, most_slices); };
  const auto word = simulate(drawn.bundle, drawn.machine, {}, options(How::words));
  if (!word.ok()) {
    return "";
  }
  if (!word->timeline) {
    return "\nthe word engine keeps no timeline";
  }
  const bool exact_slices = word->timeline->slice <= kExactSlice;
  std::string text = exact_slices ? bins_differ(*word) : "";
  for (const How how : {How::vectors, How::whole_trains, How::stretches}) {
    const auto result = simulate(drawn.bundle, drawn.machine, {}, options(how));
    if (!result.ok() || !came_that_way(*result, how) ||
        result->deadlock.empty() != word->deadlock.empty()) {
      continue;
    }
    if (!result->timeline) {
      return text + "\nno timeline";
    }
    std::string here = exact_slices ? bins_differ(*result) : "";
    if (how != How::vectors) {
      here += timelines_differ(*word, *result);
    } else if (word->link_words != result->link_words) {
      here += fmt::format("\nwords over links: {} and {}", word->link_words, result->link_words);
    }
    text += here.empty() ? "" : fmt::format("\nway {}:{}", static_cast<int>(how), here);
    if (seen != nullptr) {
      ++seen->compared[static_cast<int>(how)];
      seen->slices += word->timeline->slices > 1 ? 1 : 0;
      seen->deadlocks += word->deadlock.empty() ? 0 : 1;
    }
  }
  return text;
}

// Few, so that slices run out and two become one.
int most_slices_of(std::uint64_t seed) { return seed % 3 == 0 ? 2 : 256; }

TEST(TimelineOfEngines, RandomProgramsAreTheSameSliceBySlice) {
  const std::uint64_t first = number_from("WEFT_PROPERTY_SEED", 91000);
  const std::uint64_t cases = number_from("WEFT_PROPERTY_CASES", kCases);
  Seen seen;
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    const ProgramSpec spec = draw_program(seed);
    const int most_slices = most_slices_of(seed);
    if (!difference(spec.build(), most_slices, &seen).empty()) {
      const ProgramSpec small = shrink(
          spec, [&](const ProgramSpec& s) { return !difference(s.build(), most_slices).empty(); });
      FAIL() << "seed " << seed << ", shrunk: " << difference(small.build(), most_slices) << "\n"
             << small.text();
    }
  }
  fmt::print("{} over vectors, {} by whole trains, {} by stretches, {} deadlocks, {} in slices\n",
             seen.compared[0], seen.compared[1], seen.compared[2], seen.deadlocks, seen.slices);
  EXPECT_GT(seen.compared[0] * 20, kCases);
  EXPECT_GT(seen.compared[1] * 4, kCases);
  EXPECT_GT(seen.compared[2] * 2, kCases);
  EXPECT_GT(seen.deadlocks, kCases / 50);
  EXPECT_GT(seen.slices * 2, kCases);
}

TEST(TimelineOfEngines, RandomKernelsAreTheSameSliceBySlice) {
  const std::uint64_t first = number_from("WEFT_PROPERTY_SEED", 94000);
  Seen seen;
  for (std::uint64_t seed = first; seed < first + kCases / 10; ++seed) {
    const ContractCase drawn =
        draw_kernels(seed, seed % 3 == 0 ? KernelPace::slow : KernelPace::word_a_cycle);
    const std::string text = difference(drawn, most_slices_of(seed), &seen);
    ASSERT_TRUE(text.empty()) << "seed " << seed << text << "\n"
                              << isa::print_bundle(drawn.bundle)
                              << drawn.machine.ShortDebugString();
  }
  EXPECT_GT(seen.compared[0] * 20, kCases / 10);
  EXPECT_GT(seen.compared[1] * 20, kCases / 10);
}

// Where trains met, the run over time is that of the cycles that are told.
TEST(TimelineOfEngines, TrainsThatMetAreOverTimeAsTheirCyclesSay) {
  const ContractCase drawn = crossing_row(5, 3, 64, 2).build();
  Options options;
  options.data = false;
  options.timeline.emplace();
  const auto word = simulate(drawn.bundle, drawn.machine, {}, options);
  ASSERT_TRUE(word.ok());
  ASSERT_EQ(word->engine, "word");
  ASSERT_TRUE(word->timeline.has_value());
  EXPECT_EQ(bins_differ(*word), "");
  options.engine = EngineKind::dataflow;
  const auto trains = simulate(drawn.bundle, drawn.machine, {}, options);
  ASSERT_TRUE(trains.ok());
  ASSERT_TRUE(trains->trains);
  ASSERT_TRUE(trains->timeline.has_value());
  EXPECT_EQ(bins_differ(*trains), "");
  EXPECT_EQ(trains->link_words, word->link_words);
}

// A window asks for stretches of some tiles; the whole run over time is there beside it.
TEST(TimelineOfEngines, ARunWithAWindowHasATimelineToo) {
  const ContractCase drawn = draw_kernels(94001);
  Options options = options_of(How::stretches);
  const auto without = simulate(drawn.bundle, drawn.machine, {}, options);
  options.window.emplace();
  options.window->tiles = {0, 0, 1, 1};
  const auto with = simulate(drawn.bundle, drawn.machine, {}, options);
  ASSERT_TRUE(with.ok() && with->window.has_value() && with->timeline.has_value());
  EXPECT_EQ(timelines_differ(*with, *without), "");
}

}  // namespace
}  // namespace weft::sim
