// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "random_machine.h"
#include "sim/vector/kernels.h"

namespace weft::sim::vector {
namespace {

std::vector<std::int32_t> draw(Dice& dice, std::size_t count) {
  std::vector<std::int32_t> values(count);
  for (std::int32_t& value : values) {
    value = dice.roll(-1000, 1000);
  }
  return values;
}

// Everything a set computes from one draw, in one row of numbers.
std::vector<std::int64_t> results(const Kernels& set, std::uint64_t seed) {
  Dice dice(seed);
  const auto count = static_cast<std::size_t>(dice.roll(1, 70));
  const auto stride = static_cast<std::ptrdiff_t>(dice.roll(1, 3));
  const auto size = count * 3;
  const auto a = draw(dice, size);
  const auto b = draw(dice, size);
  const auto c = draw(dice, size);
  const auto d = draw(dice, size);
  const auto n = static_cast<std::ptrdiff_t>(count);
  std::vector<std::int32_t> out(size, 0);
  std::vector<std::int32_t> unit(size, 5);
  std::vector<std::int32_t> before(size, 7);
  std::vector<std::int64_t> all;
  const auto keep = [&](const std::vector<std::int32_t>& values) {
    all.insert(all.end(), values.begin(), values.end());
  };
  Bounds bounds;
  set.later({a.data(), 3}, {b.data(), -2}, out.data(), n, bounds);
  keep(out);
  set.wait({a.data(), 1}, {b.data(), 2}, {c.data(), 3}, {d.data(), 4}, out.data(), unit.data(),
           before.data(), n, bounds);
  keep(out);
  set.wait({a.data(), 1}, {b.data(), 2}, {c.data(), 3}, {d.data(), 4}, out.data(), nullptr,
           before.data(), n, bounds);
  keep(unit);
  keep(before);
  all.push_back(set.first(a.data(), b.data(), 6, out.data(), n));
  keep(out);
  std::int32_t slack = -5000;
  std::int32_t tail_slack = -5000;
  set.pair({a.data(), 1, stride}, {b.data(), 2, stride}, {c.data(), 3, stride}, 4, out.data(), n,
           slack, tail_slack, bounds);
  keep(out);
  set.pass_word(a.data(), b.data(), 3, c.data(), out.data(), n);
  keep(out);
  const Pace pace{dice.roll(1, 4), dice.roll(5, 9)};
  std::vector<std::int32_t> phase(size, pace.num - 1);
  std::vector<std::int32_t> shape(size, Shape().packed());
  const IssueRows rows{phase.data(), unit.data(), before.data(), shape.data()};
  set.issue_word(pace, 1, a.data(), b.data(), 3, c.data(), rows, out.data(), n);
  set.issue_word(pace, 2, out.data(), d.data(), 3, c.data(), rows, unit.data() + count, n);
  for (const auto* row : {&out, &phase, &unit, &before, &shape}) {
    keep(*row);
  }
  set.bounds(d.data(), n, bounds);
  all.insert(all.end(), {slack, tail_slack, bounds.low, bounds.high});
  return all;
}

TEST(VectorKernels, EverySetOfInstructionsGivesTheSameBits) {
  const Kernels* sets[3] = {};
  const std::size_t count = kernel_sets(sets, 3);
  ASSERT_GE(count, 1U);
  EXPECT_EQ(sets[0], &kernels());
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    for (std::size_t s = 1; s < count; ++s) {
      ASSERT_EQ(results(*sets[0], seed), results(*sets[s], seed))
          << sets[0]->name << " and " << sets[s]->name << ", seed " << seed;
    }
  }
}

TEST(VectorKernels, AWaitIsSplitAtStartAndFirstWord) {
  const std::int32_t now = 10;
  const std::int32_t start = 13;
  const std::int32_t first = 20;
  const std::int32_t end = 50;
  std::int32_t out = 0;
  std::int32_t unit = 0;
  std::int32_t before = 0;
  Bounds bounds;
  kernels().wait({&now}, {&start}, {&first}, {&end}, &out, &unit, &before, 1, bounds);
  EXPECT_EQ(out, 50);
  EXPECT_EQ(unit, 3);
  EXPECT_EQ(before, 7);
  EXPECT_EQ(bounds.low, 50);
  EXPECT_EQ(bounds.high, 50);
}

}  // namespace
}  // namespace weft::sim::vector
