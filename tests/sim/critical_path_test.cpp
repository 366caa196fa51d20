// SPDX-License-Identifier: Apache-2.0
// The chain of causes a run hangs on: it covers every cycle once, and slowing what lies on it slows
// the run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "by_vector.h"
#include "isa/bundle.h"
#include "isa/text.h"
#include "kernel_program.h"
#include "property_cases.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

RunResult run(const ContractCase& drawn, const arch::Machine& machine, bool repeat) {
  Options options;
  options.data = false;
  options.engine = EngineKind::dataflow;
  options.sample_hops = 0;
  options.critical_path = true;
  options.repeat = repeat;
  auto result = simulate(drawn.bundle, machine, {}, options);
  EXPECT_TRUE(result.ok());
  return result.ok() ? std::move(*result) : RunResult();
}

// What is wrong with the path, empty where nothing is.
std::string fault(const RunResult& result) {
  std::int64_t covered = 0;
  for (const PathSegment& segment : result.path->segments) {
    if (segment.end <= segment.begin || segment.times < 1) {
      return fmt::format("a segment from {} to {}", segment.begin, segment.end);
    }
    covered += segment.times * (segment.end - segment.begin);
  }
  if (covered != result.cycles.count()) {
    return fmt::format("covers {} of {} cycles", covered, result.cycles.count());
  }
  return "";
}

std::int64_t hops_on(const CriticalPath& path) {
  std::int64_t hops = 0;
  for (const PathSegment& segment : path.segments) {
    hops += segment.times * segment.hops;
  }
  return hops;
}

void links_are_what_runs_hang_on(KernelPace pace) {
  int looked_at = 0;
  int unclear = 0;
  std::int64_t links = 0;
  const std::uint64_t first = number_from("WEFT_PROPERTY_SEED", 91000);
  for (std::uint64_t seed = first; seed < first + 1500; ++seed) {
    ContractCase drawn = draw_kernels(seed, pace);
    drawn.machine.mutable_fabric()->set_places_per_hop(drawn.machine.fabric().places_per_hop() +
                                                       1);  // room for slower hops
    const RunResult result = run(drawn, drawn.machine, false);
    if (!result.path->unknown_because.empty()) {
      continue;
    }
    ++looked_at;
    ASSERT_EQ(fault(result), "") << "seed " << seed << "\n" << isa::print_bundle(drawn.bundle);
    arch::Machine slower = drawn.machine;
    slower.mutable_fabric()->set_hop_latency(drawn.machine.fabric().hop_latency() + 1);
    Options options;
    options.data = false;
    const auto after = simulate(drawn.bundle, slower, {}, options);
    ASSERT_TRUE(after.ok());
    // Held by a train before it at a router: whose words those were is not followed up.
    if (std::ranges::any_of(result.path->segments, [](const PathSegment& segment) {
          return segment.kind == PathSegment::Kind::places;
        })) {
      ++unclear;
      continue;
    }
    const std::int64_t hops = hops_on(*result.path);
    links += hops;
    ASSERT_GE(after->cycles.count(), result.cycles.count() + hops)
        << "seed " << seed << "\n"
        << isa::print_bundle(drawn.bundle);
  }
  fmt::print("{} paths, {} with a hold that is not followed up\n", looked_at, unclear);
  EXPECT_GT(looked_at, 800);
  EXPECT_LT(unclear * 20, looked_at);
  EXPECT_GT(links, looked_at);
}

TEST(CriticalPath, CoversEveryCycleOnceAndItsLinksAreWhatTheRunHangsOn) {
  links_are_what_runs_hang_on(KernelPace::word_a_cycle);
}

TEST(CriticalPath, ItsLinksAreWhatTheRunHangsOnWhereTheyAreSlowToo) {
  links_are_what_runs_hang_on(KernelPace::slow);
}

TEST(CriticalPath, CountsIterationsThatWereAddedAsOftenAsTheyPassed) {
  int added = 0;
  for (std::uint64_t seed = 88000; seed < 88000 + 800; ++seed) {
    const ContractCase drawn = draw_kernels(seed);
    const RunResult result = run(drawn, drawn.machine, true);
    if (!result.path->unknown_because.empty() || result.repeats.empty()) {
      continue;
    }
    ++added;
    ASSERT_EQ(fault(result), "") << "seed " << seed << "\n" << isa::print_bundle(drawn.bundle);
  }
  EXPECT_GT(added, 50);
}

// Both loops recur: what the inner one adds is part of what the outer one adds.
TEST(CriticalPath, CountsIterationsWithinIterationsOnce) {
  const ContractCase drawn = row_case(
      ".region 0 0 2 1\n.route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
      ".route c1 x=1 y=0 ramp -> west\n.route c1 x=0 y=0 east -> ramp\n"
      ".role a x=0 y=0\n.buffer x 0x100 64\ntd t0, x, f32, [16]\n"
      "loop 40\nloop 30\nbusy 5\nsend c0, t0\nrecv.set t0, c1\nend\nbusy 70\nend\nhalt\n"
      ".role b x=1 y=0\n.buffer x 0x100 64\ntd t0, x, f32, [16]\n"
      "loop 40\nloop 30\nrecv.set t0, c0\nbusy 9\nsend c1, t0\nend\nend\nhalt\n",
      2);
  const RunResult result = run(drawn, drawn.machine, true);
  ASSERT_GE(result.repeats.size(), 2u);
  EXPECT_EQ(fault(result), "");
}

}  // namespace
}  // namespace weft::sim
