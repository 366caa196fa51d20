// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/multicast.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "collective_case.h"

namespace weft::mapper::collectives {
namespace {

CollectiveCase one_flow(const arch::Machine& machine, int width, int height, int words) {
  CollectiveCase made;
  made.machine = machine;
  made.machine.mutable_grid()->set_width(width + 1);
  made.machine.mutable_grid()->set_height(height + 1);
  made.region = {1, 1, width, height};
  made.elements = words;
  return made;
}

// By both engines; every tile then has what `source` of it had.
void expect_values(const CollectiveCase& made, std::int64_t cycles,
                   const std::function<std::pair<int, int>(int, int)>& source) {
  for (const auto engine : {sim::EngineKind::dataflow, sim::EngineKind::word}) {
    const sim::RunResult result = made.run(engine);
    EXPECT_TRUE(result.exact) << result.exactness;
    EXPECT_EQ(result.cycles.count(), cycles);
    // The first row of tiles shows what it has.
    for (int x = 0; x < made.region.width; ++x) {
      const auto [from_x, from_y] = source(x, 0);
      for (int i = 0; i < made.elements; ++i) {
        ASSERT_EQ(CollectiveCase::shown(result, made, x, 0, i),
                  static_cast<float>(CollectiveCase::value(from_x, from_y, i)))
            << x << " element " << i;
      }
    }
  }
}

TEST(Multicast, ALineGetsWhatItsSourceHas) {
  for (const int transfer : {0, 3}) {
    for (const int tiles : {1, 2, 5, 33}) {
      for (const int source : {0, tiles / 2, tiles - 1}) {
        for (const int words : {1, 17}) {
          const arch::Machine machine = machine_with(transfer, 1, 1);
          const LineBroadcast plan{{tiles, 1, 0, true}, source};
          CollectiveCase made = one_flow(machine, tiles, 2, words);
          made.routes = plan.routes({0}, made.region);
          made.emit = [plan](isa::RoleBuilder& role, int x, int) {
            if (plan.works(x)) {
              emit_multicast(role, plan.sends(x), 0, 0);
            }
          };
          expect_values(made, plan.cost(words, Timing::of(machine)), [&](int, int y) {
            return std::pair{source, y};
          });
        }
      }
    }
  }
}

TEST(Multicast, AMeshGetsWhatItsSourceHas) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 4}, {4, 1}, {2, 2}, {3, 5}, {7, 4}}) {
    for (const auto& [x, y] : {std::pair{0, 0}, {width / 2, height / 2}, {width - 1, height - 1}}) {
      const arch::Machine machine = machine_with(3, 1, 1, {"fabric.turn_latency=2 cycles"});
      const MeshBroadcast plan{width, height, x, y};
      CollectiveCase made = one_flow(machine, width, height, 9);
      made.routes = plan.routes({0}, made.region);
      made.emit = [plan](isa::RoleBuilder& role, int at_x, int at_y) {
        if (plan.works()) {
          emit_multicast(role, plan.sends(at_x, at_y), 0, 0);
        }
      };
      const auto from = std::pair{x, y};
      expect_values(made, plan.cost(9, Timing::of(machine)), [&](int, int) { return from; });
    }
  }
}

TEST(Multicast, ATransposeBringsBlockIToRowIAndBack) {
  for (const int side : {1, 2, 3, 6}) {
    for (const bool to_rows : {true, false}) {
      const arch::Machine machine = machine_with(3, 1, 1);
      const Transpose plan{side, to_rows};
      CollectiveCase made = one_flow(machine, side, side, 5);
      made.routes = plan.routes({0}, made.region);
      made.emit = [plan](isa::RoleBuilder& role, int x, int y) {
        if (plan.works()) {
          emit_multicast(role, Transpose::sends(x, y), 0, 0);
        }
      };
      expect_values(made, plan.cost(5, Timing::of(machine)), [&](int x, int y) {
        return to_rows ? std::pair{y, y} : std::pair{x, x};
      });
    }
  }
}

// B + 2r+1 + P-1 and B + 2r+1 + M+N-2 + turn are the published forms at h = 1.
TEST(Multicast, CostIsThePublishedForm) {
  Timing timing;
  for (const int tiles : {16, 64, 330, 990}) {
    for (const int words : {1, 16, 1024, 16384}) {
      EXPECT_EQ((LineBroadcast{{tiles, 1, 0, true}, 0}.cost(words, timing)), words + tiles + 2 * 2);
      EXPECT_EQ((MeshBroadcast{tiles, 100, 0, 0}.cost(words, timing)),
                words + tiles + 100 - 2 + 2 * 2 + 1);
    }
  }
}

}  // namespace
}  // namespace weft::mapper::collectives
