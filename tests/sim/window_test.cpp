// SPDX-License-Identifier: Apache-2.0
// What a window records (sim/window.h).
#include <gmock/gmock.h>

#include <numeric>

#include "contract_case.h"
#include "isa/bundle.h"
#include "isa/role_builder.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using testing::ElementsAre;

/// Two tiles at (3,5) and (4,5): the left one works for 10 cycles and sends 64 words on color 0;
/// latency 6.
class WindowTest : public ::testing::Test {
 protected:
  WindowTest() : machine_(contract_machine(8, 8)) {
    isa::RoleBuilder left("left"), right("right");
    left.td(0, left.buffer("x", 256), 0, DType::f32, {64});
    right.td(0, right.buffer("x", 256), 0, DType::f32, {64});
    left.emit(Opcode::busy, {10});
    left.send(0, 0);
    right.receive(Opcode::recv_set, 0, 0);
    bundle_.mutable_region()->set_x(3);
    bundle_.mutable_region()->set_y(5);
    bundle_.mutable_region()->set_width(2);
    bundle_.mutable_region()->set_height(1);
    int x = 3;
    for (isa::RoleBuilder* builder : {&left, &right}) {
      isa::Role role = builder->finish(0);
      *role.add_tiles() = isa::to_proto({{x, 1, 1}, {5, 1, 1}});
      *bundle_.add_roles() = std::move(role);
      isa::Route& route = *bundle_.add_routes();
      *route.mutable_tiles() = isa::to_proto({{x, 1, 1}, {5, 1, 1}});
      route.set_rx(x == 3 ? isa::RAMP : isa::WEST);
      route.add_tx(x == 3 ? isa::EAST : isa::RAMP);
      ++x;
    }
  }

  RunResult run(const std::optional<Window>& window) {
    Options options;
    options.window = window;
    auto result = simulate(bundle_, machine_, {}, options);
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
  }

  arch::Machine machine_;
  isa::Bundle bundle_;
};

testing::Matcher<const Stretch&> is_stretch(Bin bin, std::int64_t begin, std::int64_t end, int pc) {
  return testing::AllOf(
      testing::Field("bin", &Stretch::bin, bin), testing::Field("begin", &Stretch::begin, begin),
      testing::Field("end", &Stretch::end, end), testing::Field("pc", &Stretch::pc, pc));
}

TEST_F(WindowTest, HoldsEveryStretchAndTrainOfAWholeRun) {
  const RunResult result = run(Window{{3, 5, 2, 1}});
  const WindowEvents& events = *result.window;
  EXPECT_EQ(events.end, result.cycles.count());
  EXPECT_THAT(events.stretches[0],
              ElementsAre(is_stretch(Bin::compute, 0, 10, 1), is_stretch(Bin::moving, 10, 74, 2),
                          is_stretch(Bin::idle, 74, 80, -1)));
  EXPECT_THAT(events.stretches[1],
              ElementsAre(is_stretch(Bin::input, 0, 16, 1), is_stretch(Bin::moving, 16, 80, 1)));
  ASSERT_EQ(events.trains.size(), 1U);
  const Train& train = events.trains[0];
  EXPECT_THAT((std::array{train.source, train.destination, train.color}), ElementsAre(0, 1, 0));
  EXPECT_THAT((std::array{train.words, train.issued, train.consumed, train.end}),
              ElementsAre(64, 10, 16, 80));
}

TEST_F(WindowTest, ChangesNoFigureOfTheRun) {
  const RunResult plain = run({});
  const RunResult traced = run(Window{{4, 5, 1, 1}, 5, 7});
  EXPECT_FALSE(plain.window.has_value());
  EXPECT_EQ(plain.cycles, traced.cycles);
  for (std::size_t t = 0; t < plain.tiles.size(); ++t) {
    EXPECT_EQ(plain.tiles[t].bins, traced.tiles[t].bins);
  }
}

TEST_F(WindowTest, CutsStretchesAtItsEdges) {
  const RunResult result = run(Window{{3, 5, 2, 1}, 5, 17});
  EXPECT_THAT(result.window->stretches[0],
              ElementsAre(is_stretch(Bin::compute, 5, 10, 1), is_stretch(Bin::moving, 10, 17, 2)));
  EXPECT_THAT(result.window->stretches[1],
              ElementsAre(is_stretch(Bin::input, 5, 16, 1), is_stretch(Bin::moving, 16, 17, 1)));
}

TEST_F(WindowTest, HoldsATrainOnlyWhenBothItsFirstCyclesLieInside) {
  EXPECT_EQ(run(Window{{3, 5, 2, 1}, 10, 17}).window->trains.size(), 1U);
  EXPECT_EQ(run(Window{{3, 5, 2, 1}, 11, 80}).window->trains.size(), 0U);
  EXPECT_EQ(run(Window{{3, 5, 2, 1}, 0, 16}).window->trains.size(), 0U);
  EXPECT_EQ(run(Window{{4, 5, 1, 1}, 0, 80}).window->trains.size(), 0U);
}

TEST_F(WindowTest, LeavesOtherTilesOut) {
  const RunResult result = run(Window{{4, 5, 1, 1}, 0, 16});
  ASSERT_EQ(result.window->stretches.size(), 1U);
  EXPECT_THAT(result.window->stretches[0], ElementsAre(is_stretch(Bin::input, 0, 16, 1)));
}

// Five stretches, a send and a receive: a bound of six gives the last half of the window up.
TEST_F(WindowTest, GivesUpItsLastHalfUntilItFits) {
  EXPECT_FALSE(run(Window{{3, 5, 2, 1}, 0, 80, 7}).window->cut);
  const RunResult half = run(Window{{3, 5, 2, 1}, 0, 80, 6});
  EXPECT_TRUE(half.window->cut);
  EXPECT_EQ(half.window->end, 40);
  EXPECT_THAT(half.window->stretches[1],
              ElementsAre(is_stretch(Bin::input, 0, 16, 1), is_stretch(Bin::moving, 16, 40, 1)));
  EXPECT_EQ(run(Window{{3, 5, 2, 1}, 0, 80, 5}).window->end, 10);
}

TEST_F(WindowTest, AnOpenEndIsCutToAPowerOfTwo) {
  Window window{{3, 5, 2, 1}};
  window.most_events = 6;
  const RunResult result = run(window);
  EXPECT_TRUE(result.window->cut);
  EXPECT_EQ(result.window->end, 64);
}

// A receiver that nobody sends to: what it is stuck at stays told until the end.
TEST_F(WindowTest, ADeadlockShowsTheInstructionItEndedIn) {
  *bundle_.mutable_roles(0)->mutable_code(2) = bundle_.roles(0).code(3);  // halt for send
  const RunResult result = run(Window{{3, 5, 2, 1}});
  EXPECT_FALSE(result.deadlock.empty());
  EXPECT_THAT(result.window->stretches[0], ElementsAre(is_stretch(Bin::compute, 0, 10, 1)));
  EXPECT_THAT(result.window->stretches[1], ElementsAre(is_stretch(Bin::idle, 0, 10, 1)));
  EXPECT_TRUE(result.window->trains.empty());
}

TEST_F(WindowTest, BehindTheEndOfTheRunItIsEmpty) {
  const RunResult result = run(Window{{3, 5, 2, 1}, 1000, 2000});
  EXPECT_EQ(result.window->begin, result.window->end);
  EXPECT_TRUE(result.window->stretches[0].empty());
}

}  // namespace
}  // namespace weft::sim
