// SPDX-License-Identifier: Apache-2.0
#include "sim/trains/wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <queue>
#include <random>
#include <tuple>

namespace weft::sim::trains {
namespace {

using Entry = std::tuple<std::int64_t, std::int64_t>;  // time, number of the push
using Queue = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

TEST(Wheel, HasNothingAtFirst) {
  const Wheel<int> wheel;
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next(), Wheel<int>::kNever);
}

TEST(Wheel, GivesEventsOfOneCycleInTheOrderTheyWerePushed) {
  Wheel<int> wheel;
  for (int i = 0; i < 100; ++i) {
    wheel.push(7, i);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(wheel.next(), 7);
    EXPECT_EQ(wheel.pop(), i);
  }
  EXPECT_TRUE(wheel.empty());
}

TEST(Wheel, GivesWhatIsPushedIntoThePresentCycleLast) {
  Wheel<int> wheel;
  wheel.push(5, 1);
  wheel.push(5, 2);
  EXPECT_EQ(wheel.pop(), 1);
  wheel.push(5, 3);
  EXPECT_EQ(wheel.pop(), 2);
  EXPECT_EQ(wheel.pop(), 3);
  wheel.push(5, 4);
  EXPECT_EQ(wheel.next(), 5);
  EXPECT_EQ(wheel.pop(), 4);
}

// Pushed far ahead first, then once its slot has come up.
TEST(Wheel, KeepsTheOrderOfPushesAcrossTheHorizon) {
  constexpr std::int64_t kFar = Wheel<int>::kSlots + 10;
  Wheel<int> wheel;
  wheel.push(kFar, 1);
  wheel.push(kFar, 2);
  wheel.push(11, 0);
  EXPECT_EQ(wheel.pop(), 0);
  wheel.push(kFar, 3);
  EXPECT_EQ(wheel.pop(), 1);
  EXPECT_EQ(wheel.pop(), 2);
  EXPECT_EQ(wheel.pop(), 3);
  EXPECT_EQ(wheel.now(), kFar);
}

TEST(Wheel, ComesRoundToASlotOnlyOnce) {
  Wheel<int> wheel;
  wheel.push(3, 1);
  EXPECT_EQ(wheel.pop(), 1);
  wheel.push(3 + Wheel<int>::kSlots, 2);      // the slot of cycle 3, once round
  wheel.push(3 + Wheel<int>::kSlots - 1, 3);  // the last one of the ring
  EXPECT_EQ(wheel.pop(), 3);
  EXPECT_EQ(wheel.pop(), 2);
}

TEST(Wheel, AgreesWithAPriorityQueueOnRandomStreams) {
  std::mt19937_64 random(11);
  for (const std::int64_t reach : {1, 3, 64, 2000, 4095, 4096, 4097, 20000, 1000000}) {
    for (const std::size_t pending : {3, 200, 5000}) {
      Wheel<std::int64_t> wheel;
      Queue queue;
      std::int64_t number = 0;
      for (int i = 0; i < 20000; ++i) {
        const bool push = queue.empty() || random() % (2 * pending) > queue.size();
        if (push) {
          const std::int64_t time =
              wheel.now() + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(reach));
          wheel.push(time, number);
          queue.emplace(time, number++);
        } else {
          const auto [time, expected] = queue.top();
          queue.pop();
          ASSERT_EQ(wheel.next(), time) << "reach " << reach << ", pending " << pending;
          ASSERT_EQ(wheel.pop(), expected) << "reach " << reach << ", pending " << pending;
          ASSERT_EQ(wheel.now(), time);
        }
        ASSERT_EQ(wheel.size(), queue.size());
      }
    }
  }
}

}  // namespace
}  // namespace weft::sim::trains
