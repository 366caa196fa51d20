// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/ring.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>

#include "collective_case.h"

namespace weft::mapper::collectives {
namespace {

using isa::Opcode;

enum class Half { both, scatter, gather };

// A ring over every line of a region of one row or column, shares of `share` words.
CollectiveCase ring_case(const Ring& ring, const arch::Machine& machine, int share, Half half) {
  CollectiveCase made;
  const Line line = ring.line();
  made.machine = machine;
  const int extent = line.first + line.length * line.lines + 1;
  made.region = {2, 3, line.along_x ? extent : 1, line.along_x ? 1 : extent};
  made.machine.mutable_grid()->set_width(made.region.x + made.region.width);
  made.machine.mutable_grid()->set_height(made.region.y + made.region.height);
  made.elements = share * line.length;
  Colors colors(static_cast<std::size_t>(ring.colors()));
  std::iota(colors.begin(), colors.end(), 0);
  made.routes = ring.routes(colors, made.region);
  made.role = [ring](int x, int y) {
    const RingPlace place = ring.place(ring.line().along_x ? x : y);
    return fmt::format("{} {} {} {}", place.works, place.odd, place.in, place.out);
  };
  made.emit = [ring, colors, share, half](isa::RoleBuilder& role, int x, int y) {
    RingOperand operand;
    operand.buffer = role.buffer("x", 0);
    operand.share = share;
    const RingPlace place = ring.place(ring.line().along_x ? x : y);
    if (half == Half::scatter) {
      ring.emit_reduce_scatter(role, place, colors, Opcode::recv_add, operand);
    } else if (half == Half::gather) {
      ring.emit_all_gather(role, place, colors, operand);
    } else {
      ring.emit_all_reduce(role, place, colors, Opcode::recv_add, operand);
    }
  };
  return made;
}

float sum_of(const Line& line, int x, int i) {
  int sum = 0;
  for (int at = x - line.position(x); at < x - line.position(x) + line.length; ++at) {
    sum += CollectiveCase::value(at, 0, i);
  }
  return static_cast<float>(sum);
}

TEST(Ring, NeighborsAreAtMostTwoHopsApartAndThreeColorsDo) {
  for (int tiles = 1; tiles < 100; ++tiles) {
    const Ring ring({tiles, 1, 0, true});
    EXPECT_LE(ring.colors(), 3) << tiles;
    std::vector<int> at(static_cast<std::size_t>(tiles), -1);
    for (int i = 0; i < tiles; ++i) {
      at[static_cast<std::size_t>(ring.order(i))] = i;
    }
    for (int i = 0; i < tiles; ++i) {
      ASSERT_GE(at[static_cast<std::size_t>(i)], 0) << tiles;
      EXPECT_LE(
          std::abs(at[static_cast<std::size_t>(i)] - at[static_cast<std::size_t>((i + 1) % tiles)]),
          2);
    }
  }
}

TEST(Ring, EveryTileEndsWithTheSumInTheCyclesItSays) {
  for (const int transfer : {0, 3}) {
    for (const int tiles : {1, 2, 3, 5, 7, 16, 33}) {
      for (const int share : {1, 2, 17}) {
        const arch::Machine machine = machine_with(transfer, tiles, 1);
        const Ring ring({tiles, 1, 0, true});
        const CollectiveCase made = ring_case(ring, machine, share, Half::both);
        const sim::RunResult fast = made.run(sim::EngineKind::dataflow);
        const sim::RunResult truth = made.run(sim::EngineKind::word);
        const std::int64_t cycles = ring.all_reduce_cost(share, Timing::of(machine));
        EXPECT_TRUE(fast.exact) << fast.exactness;
        EXPECT_EQ(fast.cycles.count(), cycles) << tiles << " tiles, share " << share;
        EXPECT_EQ(truth.cycles.count(), cycles) << tiles << " tiles, share " << share;
        for (int x = 0; x < tiles; ++x) {
          for (int i = 0; i < made.elements; ++i) {
            ASSERT_EQ(CollectiveCase::shown(fast, made, x, 0, i), sum_of(ring.line(), x, i));
            ASSERT_EQ(CollectiveCase::shown(truth, made, x, 0, i), sum_of(ring.line(), x, i));
          }
        }
      }
    }
  }
}

TEST(Ring, LinesSideBySideSumByThemselves) {
  const Ring ring({5, 3, 2, true});
  const CollectiveCase made = ring_case(ring, machine_with(3, 18, 1), 2, Half::both);
  const sim::RunResult result = made.run(sim::EngineKind::automatic);
  for (int x = 2; x < 17; ++x) {
    for (int i = 0; i < made.elements; ++i) {
      ASSERT_EQ(CollectiveCase::shown(result, made, x, 0, i), sum_of(ring.line(), x, i));
    }
  }
}

TEST(Ring, ARingAlongYSumsAsWell) {
  const Ring ring({7, 2, 0, false});
  const CollectiveCase made = ring_case(ring, machine_with(3, 1, 1), 2, Half::both);
  const sim::RunResult result = made.run(sim::EngineKind::automatic);
  for (int i = 0; i < made.elements; ++i) {
    int sum = 0;
    for (int y = 0; y < 7; ++y) {
      sum += CollectiveCase::value(0, y, i);
    }
    EXPECT_EQ(CollectiveCase::shown(result, made, 0, 0, i), static_cast<float>(sum));
  }
}

TEST(Ring, ItsHalvesLeaveAndTakeTheShareTheySay) {
  for (const int tiles : {2, 3, 7, 16}) {
    const Ring ring({tiles, 1, 0, true});
    const arch::Machine machine = machine_with(3, tiles, 1);
    const Timing timing = Timing::of(machine);
    const CollectiveCase scatter = ring_case(ring, machine, 2, Half::scatter);
    const sim::RunResult scattered = scatter.run(sim::EngineKind::automatic);
    EXPECT_EQ(scattered.cycles.count(), ring.reduce_scatter_cost(2, timing));
    const CollectiveCase gather = ring_case(ring, machine, 2, Half::gather);
    const sim::RunResult gathered = gather.run(sim::EngineKind::automatic);
    EXPECT_EQ(gathered.cycles.count(), ring.all_gather_cost(2, timing));
    for (int x = 0; x < tiles; ++x) {
      for (int i = 0; i < 2; ++i) {
        const int mine = ring.share_of(x) * 2 + i;
        EXPECT_EQ(CollectiveCase::shown(scattered, scatter, x, 0, mine),
                  sum_of(ring.line(), x, mine));
        for (int to = 0; to < tiles; ++to) {
          EXPECT_EQ(CollectiveCase::shown(gathered, gather, to, 0, mine),
                    static_cast<float>(CollectiveCase::value(x, 0, mine)));
        }
      }
    }
  }
}

// With instructions that cost something: the whole of wse2.
TEST(Ring, CostHoldsWhereEveryInstructionTakesTime) {
  for (const int tiles : {2, 5, 16}) {
    for (const int share : {1, 40}) {
      arch::Machine machine = machine_with(3, tiles, 1);
      auto& setup = *machine.mutable_tile()->mutable_setup();
      setup.set_scalar(2);
      setup.set_tensor_descriptor(1);
      setup.set_loop_entry(5);
      setup.set_loop_iteration(1);
      const Ring ring({tiles, 1, 0, true});
      CollectiveCase made = ring_case(ring, machine, share, Half::both);
      made.values = false;
      // The first descriptor is the test's own.
      EXPECT_EQ(made.run(sim::EngineKind::word).cycles.count(),
                1 + ring.all_reduce_cost(share, Timing::of(machine)))
          << tiles << " tiles, share " << share;
    }
  }
}

// Published for a ring closed over the whole line: 2(P-1)(B/P + 2r+1) + 4P-6. Ours has two hops a
// step and a cycle less.
TEST(Ring, IsWithinFourPercentOfThePublishedForm) {
  Timing timing;
  for (const int tiles : {16, 33, 64, 330, 512, 990}) {
    for (const int words : {1, 16, 512, 4096, 16384}) {
      const int share = (words + tiles - 1) / tiles;
      const double published = 2.0 * (tiles - 1) * (share + 2 * 2 + 1) + 4 * tiles - 6;
      EXPECT_NEAR(static_cast<double>(Ring({tiles, 1, 0, true}).all_reduce_cost(share, timing)),
                  published, 0.04 * published)
          << tiles << " tiles, " << words << " words";
    }
  }
}

}  // namespace
}  // namespace weft::mapper::collectives
