// SPDX-License-Identifier: Apache-2.0
// A user's own TLM-2.0 memory behind the edge sockets.
#include <gtest/gtest.h>

#include "edge/edge_case.h"
#include "recording_memory.h"
#include "word/same_run.h"

namespace weft::sim {
namespace {

using Call = RecordingMemory::Call;
using Way = RecordingMemory::Way;

// Tile (0,1), channel 0, and tile (1,1), channel 1: both ask in cycle 0, the second again in 4.
const char* kBoth = R"(.bundle 1
.region 0 0 2 2
.role right x=1 y=1
.buffer b 0x1000 64
.buffer c 0x2000 64
  td t0, b, f32, [16]
  td t1, c, f32, [16]
  edge.read t0, 512, q0, e0
  busy 3
  edge.read t1, 1024
  wait e0
  halt
.role left x=0 y=1
.buffer b 0x1000 64
  td t0, b, f32, [16]
  vfill t0, 1
  edge.write t0, 0
  edge.read t0, 0
  halt
)";

RunResult run(const char* text, EngineKind engine, Options options = {}) {
  options.engine = engine;
  auto result = simulate(assembled(text), edge_machine(), {}, options);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return result.ok() ? std::move(*result) : RunResult();
}

TEST(Sockets, RequestsComeInOrderOfTimeThenChannelFromEitherEngine) {
  for (const EngineKind engine : {EngineKind::dataflow, EngineKind::word}) {
    RecordingMemory& memory = recording_memory();
    // vfill of 16 elements: the left tile asks first in cycle 16, and again when that is done.
    const RunResult result = run(kBoth, engine);
    const std::vector<Call> expected = {
        {0, 1, false, 512}, {4, 1, false, 1024}, {16, 0, true, 0}, {26, 0, false, 0}};
    EXPECT_EQ(memory.calls.size(), expected.size());
    EXPECT_TRUE(memory.calls == expected);
    EXPECT_EQ(result.cycles.count(), 36);
  }
}

TEST(Sockets, TheLowerChannelGoesFirstInOneCycleWhicheverTileIsSimulatedFirst) {
  const char* text = R"(.bundle 1
.region 0 0 2 2
.role right x=1 y=1
.buffer b 0x1000 64
  td t0, b, f32, [16]
  loop 4
    edge.read t0, 512
  end
  halt
.role left x=0 y=1
.buffer b 0x1000 64
  td t0, b, f32, [16]
  loop 4
    edge.read t0, 0
  end
  halt
)";
  for (const Way way : {Way::annotates, Way::waits}) {
    for (const EngineKind engine : {EngineKind::dataflow, EngineKind::word}) {
      RecordingMemory& memory = recording_memory();
      memory.way = way;
      run(text, engine);
      ASSERT_EQ(memory.calls.size(), 8U);
      for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_EQ(memory.calls[i].cycle, static_cast<std::int64_t>(i / 2) * 11);
        EXPECT_EQ(memory.calls[i].channel, static_cast<int>(i % 2));
      }
    }
  }
}

TEST(Sockets, ATargetThatWaitsHoldsItsChannelAndNoOther) {
  for (const EngineKind engine : {EngineKind::dataflow, EngineKind::word}) {
    RecordingMemory& memory = recording_memory();
    memory.way = Way::waits;
    const RunResult result = run(kBoth, engine);
    // The second request of channel 1 is made when the first has returned.
    const std::vector<Call> expected = {
        {0, 1, false, 512}, {10, 1, false, 1024}, {16, 0, true, 0}, {26, 0, false, 0}};
    EXPECT_TRUE(memory.calls == expected);
    EXPECT_EQ(result.cycles.count(), 36);
    EXPECT_EQ(cycles_in(result, 3, Bin::memory), 20 - 4);
  }
}

TEST(Sockets, PartOfACycleCountsAsOneAndNoTimeAtAllAsOneToo) {
  const char* text = R"(.bundle 1
.region 0 0 2 2
.role left x=0 y=1
.buffer b 0x1000 64
  td t0, b, f32, [16]
  edge.read t0, 0
  halt
)";
  for (const Way way : {Way::annotates, Way::waits}) {
    for (const auto& [cycles, expected] :
         {std::pair(2.5, 3), std::pair(4.0, 4), std::pair(0.0, 1)}) {
      RecordingMemory& memory = recording_memory();
      memory.way = way;
      memory.cycles = cycles;
      EXPECT_EQ(run_on_both(assembled(text), edge_machine()).cycles.count(), expected);
    }
  }
}

TEST(Sockets, ItsBytesAreWhatTilesRead) {
  RecordingMemory& memory = recording_memory();
  const isa::Bundle bundle = assembled(R"(.bundle 1
.region 0 1 1 1
.probe seen replicated size=4
.edge_load host.x 0 f32 [1, 4]
.edge_show left 64 f32 [1, 4]
.role left x=0 y=1
.buffer b 0x1000 16
  td t0, b, f32, [1, 4]
  edge.read t0, 0
  probe seen, t0, 0, 0
  v2.add t0, t0, t0
  edge.write t0, 64
  halt
)");
  TensorSource tensors;
  tensors.host["host.x"] = {{1, 4}, {1, 2, 3, 4}};
  const RunResult result = run_on_both(bundle, edge_machine(), tensors);
  EXPECT_EQ(result.tensors.at("seen").values, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(result.tensors.at("left").values, (std::vector<float>{2, 4, 6, 8}));
  memory.debug_most = 7;
  const auto less = simulate(bundle, edge_machine(), tensors);
  ASSERT_FALSE(less.ok());
  EXPECT_EQ(less.error().message,
            "edge tensor host.x: the memory moved 7 of 16 bytes at 0x0 by transport_dbg; let its "
            "target take all of them");
}

TEST(Sockets, AProcessThatGoesOnForLongerThanTheRunChangesNothing) {
  for (const Way way : {Way::annotates, Way::waits}) {
    for (const EngineKind engine : {EngineKind::dataflow, EngineKind::word}) {
      recording_memory().way = way;
      const RunResult alone = run(kBoth, engine);
      RecordingMemory& memory = recording_memory();
      memory.way = way;
      memory.tick(1000);
      const RunResult beside = run(kBoth, engine);
      EXPECT_EQ(difference(beside, alone), "");
      EXPECT_GT(memory.ticks, 900);
      EXPECT_LT(memory.ticks, 1000);
    }
  }
}

TEST(Sockets, WeftsOwnMemoryIsThereForTheAsking) {
  RecordingMemory& memory = recording_memory();
  Options options;
  options.own_edge_memory = false;
  // 16 cycles of vfill, then twice the latency of 10 and 64 bytes at 4 a cycle.
  EXPECT_EQ(run(kBoth, EngineKind::word, options).cycles.count(), 16 + 2 * (10 + 16));
  EXPECT_TRUE(memory.calls.empty());
}

TEST(Sockets, AMemoryThatRefusesEndsTheRun) {
  RecordingMemory& memory = recording_memory();
  memory.way = Way::refuses;
  const auto refused = simulate(assembled(kBoth), edge_machine(), {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "edge channel 1: the memory answered TLM_GENERIC_ERROR_RESPONSE to a read of 64 bytes "
            "at 0x200");
}

TEST(Sockets, AMemoryThatNeverAnswersIsADeadlockWithItsTileNamed) {
  for (const EngineKind engine : {EngineKind::dataflow, EngineKind::word}) {
    RecordingMemory& memory = recording_memory();
    memory.way = Way::never;
    // The channels stay taken in this process: one for each engine.
    const std::string tile = engine == EngineKind::word ? "x=0 y=1" : "x=1 y=1";
    const RunResult result = run(("\n.region 0 0 2 2\n.role a " + tile + R"(
.buffer b 0x1000 64
  td t0, b, f32, [16]
  edge.read t0, 0
  halt
)")
                                     .c_str(),
                                 engine);
    ASSERT_EQ(result.deadlock.size(), 1U);
    EXPECT_NE(result.deadlock[0].find("waits for edge memory, which never answers"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace weft::sim
