// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "arch/machine.h"
#include "isa/text.h"
#include "sim/simulate.h"
#include "sim/timeline/timeline_recorder.h"

namespace weft::sim {
namespace {

using testing::ElementsAre;

constexpr auto kCompute = static_cast<std::size_t>(Bin::compute);
constexpr auto kInput = static_cast<std::size_t>(Bin::input);
constexpr auto kIdle = static_cast<std::size_t>(Bin::idle);

TimelineRecorder::Spent only(Bin bin, std::int64_t cycles) {
  TimelineRecorder::Spent spent{};
  spent[static_cast<std::size_t>(bin)] = cycles;
  return spent;
}

TEST(TimelineRecorder, SpreadsAStretchOverTheSlicesItLiesIn) {
  TimelineRecorder recorder({0, 0, 1, 1}, {});
  recorder.spent(0, 32, 160, only(Bin::compute, 128));
  const RunTimeline timeline = recorder.take(192);
  EXPECT_EQ(timeline.slice, 64);
  EXPECT_EQ(timeline.slices, 3);
  EXPECT_THAT(timeline.mean[kCompute], ElementsAre(128, 255, 128));
  EXPECT_THAT(timeline.mean[kIdle], ElementsAre(128, 0, 128));
}

TEST(TimelineRecorder, TwoSlicesBecomeOneWhereTheyRunOut) {
  TimelineLimits limits;
  limits.most_slices = 4;
  TimelineRecorder recorder({0, 0, 2, 1}, limits);
  recorder.spent(0, 0, 64, only(Bin::compute, 64));
  recorder.spent(1, 0, 1024, only(Bin::input, 1024));
  recorder.spent(0, 64, 1024, only(Bin::compute, 0));
  const RunTimeline timeline = recorder.take(1024);
  EXPECT_EQ(timeline.slice, 256);
  EXPECT_EQ(timeline.slices, 4);
  EXPECT_THAT(timeline.mean[kCompute], ElementsAre(64, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(timeline.mean[kInput], ElementsAre(0, 255, 0, 255, 0, 255, 0, 255));
}

TEST(TimelineRecorder, KeepsNoMoreThanItMayWithPower) {
  for (const std::int64_t most_cells : {64, 8}) {
    TimelineLimits limits;
    limits.most_cells = most_cells;
    limits.most_bytes = 4000;
    TimelineRecorder recorder({0, 0, 8, 8}, limits);
    recorder.spent(0, 0, 1'000'000, only(Bin::compute, 1'000'000));
    const RunTimeline timeline = recorder.take(1'000'000);
    std::size_t bytes = timeline.mean[0].size() + timeline.max[0].size();  // those of power
    for (std::size_t series = 0; series < kSeries; ++series) {
      bytes += timeline.mean[series].size() + timeline.max[series].size();
    }
    EXPECT_LE(bytes, 4000U);
    EXPECT_GT(bytes, 1000U);
  }
}

TEST(TimelineRecorder, WhatPassedByTakesNoTimeAndIsLeftOutOfWaiting) {
  TimelineRecorder recorder({0, 0, 2, 1}, {});
  recorder.spent(0, 0, 64, only(Bin::compute, 64));
  recorder.added(64, 10, 64);
  recorder.spent(0, 704, 768, only(Bin::compute, 64));
  // Waits from the beginning, iterations and all.
  recorder.spent_since(1, 0, 768, only(Bin::input, 768));
  const RunTimeline timeline = recorder.take(768);
  EXPECT_EQ(timeline.cycles, 128);
  ASSERT_EQ(timeline.added.size(), 1U);
  EXPECT_EQ(timeline.added[0].at, 64);
  EXPECT_EQ(timeline.added[0].iterations * timeline.added[0].period, 640);
  EXPECT_THAT(timeline.mean[kCompute], ElementsAre(255, 0, 255, 0));
  EXPECT_THAT(timeline.mean[kInput], ElementsAre(0, 255, 0, 255));
}

TEST(TimelineRecorder, LargeRegionsAreSeenInCellsOfTiles) {
  TimelineLimits limits;
  limits.most_cells = 8;
  TimelineRecorder recorder({0, 0, 6, 4}, limits);
  recorder.spent(0, 0, 2048, only(Bin::compute, 2048));
  recorder.spent(5, 0, 2048, only(Bin::compute, 1024));
  const RunTimeline timeline = recorder.take(2048);
  EXPECT_EQ(timeline.scale, 4);
  EXPECT_EQ(timeline.width, 2);
  EXPECT_EQ(timeline.height, 1);
  EXPECT_THAT(timeline.mean[kCompute], ElementsAre(16, 16));  // 1 of 16 tiles, half of 1 of 8
  EXPECT_THAT(timeline.max[kCompute], ElementsAre(255, 128));
}

TEST(TimelineRecorder, CountsWordsOnTheLinksOfATree) {
  TimelineRecorder recorder({0, 0, 3, 1}, {});
  const LinkFootprint footprint({1, 2, 0}, 0, 1);
  recorder.sent(footprint, 0, 64, 32);
  const RunTimeline timeline = recorder.take(64);
  EXPECT_THAT(timeline.mean[kLinkSeries], ElementsAre(32, 64, 0));  // of four links
  EXPECT_THAT(timeline.max[kLinkSeries], ElementsAre(128, 128, 0));
}

/// Two tiles pass words on in a loop of `rounds`: the left one computes, the right one waits.
RunResult rounds(int rounds, bool repeat, bool timeline = true) {
  const std::string text = fmt::format(
      ".bundle 1\n.region 0 0 2 1\n.op work\n.op rest\n"
      ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
      ".role left x=0 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [8]\n  vfill t0, 1\n"
      "  loop {0}\n  .at work\n  busy 9000\n  send c0, t0\n  .at rest\n  busy 1000\n  end\n  halt\n"
      ".role right x=1 y=0\n.buffer x 0x100 32\n  td t0, x, f32, [8]\n"
      "  loop {0}\n  .at work\n  recv.set t0, c0\n  .at rest\n  busy 2000\n  end\n  halt\n",
      rounds);
  const auto bundle = isa::parse_bundle(text, "rounds.weft");
  EXPECT_TRUE(bundle.ok()) << bundle.error().message;
  const auto machine = arch::load_machine("mesh8");
  Options options;
  options.data = false;
  options.repeat = repeat;
  if (timeline) {
    options.timeline.emplace();
  }
  auto result = simulate(*bundle, *machine, {}, options);
  EXPECT_TRUE(result.ok());
  return std::move(*result);
}

// Slices that passed by count as often as they did.
double cycles_in(const RunTimeline& timeline, std::size_t series, int tile) {
  double cycles = 0;
  const int tiles = timeline.width * timeline.height;
  for (int slice = 0; slice < timeline.slices; ++slice) {
    const std::int64_t from = slice * timeline.slice;
    const std::int64_t to = std::min(from + timeline.slice, timeline.cycles);
    double often = static_cast<double>(to - from);
    for (const RunTimeline::Added& added : timeline.added) {
      const std::int64_t overlap = std::min(to, added.at) - std::max(from, added.at - added.period);
      often += static_cast<double>(std::max<std::int64_t>(0, overlap) * added.iterations);
    }
    cycles += often * timeline.mean[series][static_cast<std::size_t>(slice * tiles + tile)] / 255;
  }
  return cycles;
}

TEST(Timeline, AddsUpToTheBinsOfEveryTile) {
  const RunResult result = rounds(40, false);
  ASSERT_TRUE(result.timeline.has_value());
  ASSERT_TRUE(result.vectors);
  EXPECT_EQ(result.timeline->cycles, result.cycles.count());
  for (int tile = 0; tile < 2; ++tile) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const auto total =
          static_cast<double>(result.tiles[static_cast<std::size_t>(tile)].bins[bin]);
      const double rounding = static_cast<double>(result.cycles.count()) / 255;
      EXPECT_NEAR(cycles_in(*result.timeline, bin, tile), total, rounding)
          << "tile " << tile << " bin " << bin;
    }
  }
}

TEST(Timeline, IterationsThatWereAddedAreThereOnceAndCountAsOftenAsTheyPassed) {
  const RunResult run = rounds(4000, false);
  const RunResult added = rounds(4000, true);
  ASSERT_FALSE(added.repeats.empty());
  ASSERT_TRUE(added.timeline.has_value());
  EXPECT_EQ(added.cycles.count(), run.cycles.count());
  EXPECT_LT(added.timeline->cycles, run.cycles.count() / 10);
  std::int64_t passed = 0;
  for (const auto& part : added.timeline->added) {
    passed += part.iterations * part.period;
  }
  EXPECT_EQ(added.timeline->cycles + passed, run.cycles.count());
  for (int tile = 0; tile < 2; ++tile) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const auto total = static_cast<double>(run.tiles[static_cast<std::size_t>(tile)].bins[bin]);
      EXPECT_NEAR(cycles_in(*added.timeline, bin, tile) / static_cast<double>(run.cycles.count()),
                  total / static_cast<double>(run.cycles.count()), 0.01)
          << "tile " << tile << " bin " << bin;
    }
  }
}

TEST(Timeline, LinksCarryAllWordsThatWereSent) {
  const RunResult result = rounds(40, true);
  EXPECT_EQ(std::accumulate(result.link_words.begin(), result.link_words.end(), std::int64_t{0}),
            40 * 8);
  EXPECT_EQ(result.link_words.front(), 40 * 8);  // east of the left tile
}

TEST(Timeline, ChangesNoFigureOfARun) {
  for (const bool repeat : {false, true}) {
    const RunResult with = rounds(100, repeat);
    const RunResult without = rounds(100, repeat, false);
    EXPECT_FALSE(without.timeline.has_value());
    EXPECT_EQ(with.cycles.count(), without.cycles.count());
    EXPECT_EQ(with.op_bins, without.op_bins);
    ASSERT_EQ(with.tiles.size(), without.tiles.size());
    for (std::size_t tile = 0; tile < with.tiles.size(); ++tile) {
      EXPECT_EQ(with.tiles[tile].bins, without.tiles[tile].bins);
    }
  }
}

}  // namespace
}  // namespace weft::sim
