// SPDX-License-Identifier: Apache-2.0
// Cycles worked out by hand from docs/timing_model.md, "Edge", on both engines.
#include <gtest/gtest.h>

#include "edge/edge_case.h"
#include "isa/verify.h"

namespace weft::sim {
namespace {

constexpr const char* kHead = R"(.bundle 1
.region 0 0 2 2
)";

// 16 words = 64 bytes at 4 bytes a cycle: 16 cycles after a latency of 10.
const std::string kOne = std::string(kHead) + R"(
.role a x=0 y=1
.buffer b 0x1000 64
  td t0, b, f32, [16]
  busy 7
  edge.read t0, 128
  halt
)";

TEST(Edge, AReadIsDoneAfterLatencyAndBandwidth) {
  const RunResult result = run_on_both(assembled(kOne), edge_machine());
  EXPECT_EQ(result.cycles.count(), 7 + 10 + 16);
  EXPECT_EQ(cycles_in(result, 2, Bin::memory), 10 + 16);
  EXPECT_EQ(cycles_in(result, 2, Bin::compute), 7);
  EXPECT_EQ(cycles_in(result, 0, Bin::idle), 33);
}

TEST(Edge, TransferSetUpComesBeforeTheRequest) {
  arch::Machine machine = edge_machine();
  machine.mutable_tile()->mutable_setup()->set_transfer(3);
  EXPECT_EQ(run_on_both(assembled(kOne), machine).cycles.count(), 7 + 3 + 10 + 16);
}

TEST(Edge, PartOfACycleCountsAsOne) {
  arch::Machine machine = edge_machine();
  machine.mutable_edge()->mutable_bytes_per_cycle()->set_num(5);  // 64 / 5 = 12.8
  EXPECT_EQ(run_on_both(assembled(kOne), machine).cycles.count(), 7 + 10 + 13);
}

TEST(Edge, TheSameWithoutValues) {
  Options options;
  options.data = false;
  const RunResult result = run_on_both(assembled(kOne), edge_machine(), {}, options);
  EXPECT_EQ(result.cycles.count(), 33);
  EXPECT_FALSE(result.vectors);
  EXPECT_NE(result.scalar_because.find("edge memory"), std::string::npos);
}

TEST(Edge, ARequestQueuesBehindTheOneBeforeButLatenciesOverlap) {
  const isa::Bundle bundle = assembled(std::string(kHead) + R"(
.role a x=0 y=1
.buffer b 0x1000 64
.buffer c 0x2000 64
  td t0, b, f32, [16]
  td t1, c, f32, [16]
  edge.read t0, 0, q0, e0
  edge.read t1, 64, q1, e1
  wait e0
  wait e1
  halt
)");
  // Asked at 0 and 1; the first passes in cycles 10 to 25, the second right behind it.
  const RunResult result = run_on_both(bundle, edge_machine());
  EXPECT_EQ(result.cycles.count(), 10 + 16 + 16);
  EXPECT_EQ(cycles_in(result, 2, Bin::setup), 2);
  EXPECT_EQ(cycles_in(result, 2, Bin::memory), 40);
}

TEST(Edge, AQueueEngineCarriesOutOneAfterTheOther) {
  const isa::Bundle bundle = assembled(std::string(kHead) + R"(
.role a x=0 y=1
.buffer b 0x1000 64
.buffer c 0x2000 64
  td t0, b, f32, [16]
  td t1, c, f32, [16]
  edge.read t0, 0, q0, e0
  edge.read t1, 64, q0, e1
  wait e1
  wait e0
  halt
)");
  const RunResult result = run_on_both(bundle, edge_machine());
  EXPECT_EQ(result.cycles.count(), 2 * (10 + 16));
  EXPECT_EQ(cycles_in(result, 2, Bin::unit), 26 - 2);
  EXPECT_EQ(cycles_in(result, 2, Bin::memory), 26);
}

TEST(Edge, ARequestIsMadeNoEarlierThanTheOneIssuedBefore) {
  const isa::Bundle bundle = assembled(std::string(kHead) + R"(
.route c0 x=0 y=0 ramp -> south
.route c0 x=0 y=1 north -> ramp
.role sender x=0 y=0
.buffer s 0x1000 16
  td t0, s, f32, [4]
  vfill t0, 1
  busy 50
  send c0, t0
  halt
.role a x=0 y=1
.buffer r 0x1000 16
.buffer b 0x2000 64
.buffer c 0x3000 64
  td t0, r, f32, [4]
  td t1, b, f32, [16]
  td t2, c, f32, [16]
  recv.set t0, c0, q0, e0
  edge.read t1, 0, q0, e1
  edge.read t2, 64
  wait e0
  wait e1
  halt
)");
  // The words leave in 54 to 57 and are consumed in 60 to 63: the engine is free at 64, and both
  // requests are made then; the second is done 16 cycles after the first.
  const RunResult result = run_on_both(bundle, edge_machine());
  EXPECT_EQ(result.cycles.count(), 64 + 10 + 16 + 16);
  EXPECT_EQ(cycles_in(result, 2, Bin::unit), 64 - 2);
  EXPECT_EQ(cycles_in(result, 2, Bin::memory), 42);
}

TEST(Edge, ChannelsDoNotWaitForEachOtherUnlessTheyShare) {
  const isa::Bundle bundle = assembled(std::string(kHead) + R"(
.role a x=0:1 y=1
.buffer b 0x1000 64
  td t0, b, f32, [16]
  edge.read t0, 0
  halt
)");
  arch::Machine machine = edge_machine();
  EXPECT_EQ(run_on_both(bundle, machine).cycles.count(), 10 + 16);
  machine.mutable_edge()->mutable_shared_bytes_per_cycle()->set_num(4);
  machine.mutable_edge()->mutable_shared_bytes_per_cycle()->set_den(1);
  const RunResult result = run_on_both(bundle, machine);
  EXPECT_EQ(cycles_in(result, 2, Bin::memory), 10 + 16);  // channel 0 was asked first
  EXPECT_EQ(cycles_in(result, 3, Bin::memory), 10 + 32);
}

TEST(Edge, ValuesGoThereAndComeBack) {
  const isa::Bundle bundle = assembled(R"(.bundle 1
.region 0 1 1 1
.probe copy replicated size=16
.edge_load host.numbers 0x100 f16 [2, 8]
.edge_show doubled 0x800 f16 [2, 8]
.role a x=0 y=1
.buffer b 0x1000 64
.buffer c 0x2000 64
  td t0, b, f16, [1, 16]
  td t1, c, f32, [1, 16]
  edge.read t0, 0x100
  v1.cpy t1, t0
  probe copy, t1, 0, 0
  v2.add t0, t0, t0
  li s0, 0x800
  edge.write t0, s0, q3, e4
  wait e4
  halt
)");
  TensorSource tensors;
  DenseTensor numbers{{2, 8}, {}};
  std::vector<float> doubled;
  for (int i = 0; i < 16; ++i) {
    numbers.values.push_back(static_cast<float>(i) * 0.25F);
    doubled.push_back(static_cast<float>(i) * 0.5F);
  }
  tensors.host["host.numbers"] = numbers;
  const RunResult result = run_on_both(bundle, edge_machine(), tensors);
  EXPECT_EQ(result.tensors.at("copy").values, numbers.values);
  EXPECT_EQ(result.tensors.at("doubled").values, doubled);
  EXPECT_EQ(result.tensors.at("doubled").shape, (std::vector<std::int64_t>{2, 8}));
}

TEST(Edge, AWindowShowsTheWait) {
  Options options;
  options.window = Window{{0, 1, 1, 1}};
  const RunResult result = run_on_both(assembled(kOne), edge_machine(), {}, options);
  ASSERT_TRUE(result.window.has_value());
  const std::vector<Stretch>& stretches = result.window->stretches.at(0);
  ASSERT_EQ(stretches.size(), 2U);
  EXPECT_EQ(stretches[1].begin, 7);
  EXPECT_EQ(stretches[1].end, 33);
  EXPECT_EQ(stretches[1].bin, Bin::memory);
  EXPECT_EQ(stretches[1].pc, 2);
}

TEST(Edge, NothingOfOneRunIsLeftForTheNext) {
  const isa::Bundle bundle = assembled(std::string(kHead) + R"(
.edge_show before 0 f32 [1, 4]
.edge_show after 64 f32 [1, 4]
.role a x=0 y=1
.buffer b 0x1000 16
  td t0, b, f32, [4]
  edge.read t0, 64
  edge.write t0, 0
  vfill t0, 3
  edge.write t0, 64
  halt
)");
  for (int run = 0; run < 2; ++run) {
    const RunResult result = run_on_both(bundle, edge_machine());
    EXPECT_EQ(result.tensors.at("before").values, std::vector<float>(4, 0.0F));
    EXPECT_EQ(result.tensors.at("after").values, std::vector<float>(4, 3.0F));
  }
}

TEST(Edge, ATransferOfNothingAsksNothing) {
  const isa::Bundle bundle = assembled(std::string(kHead) + R"(
.role a x=0 y=1
.buffer b 0x1000 16
  td t0, b, f32, [0]
  edge.read t0, 0
  busy 5
  halt
)");
  EXPECT_EQ(run_on_both(bundle, edge_machine()).cycles.count(), 5);
}

TEST(Edge, AMachineWithoutOneSaysSo) {
  arch::Machine machine = edge_machine();
  machine.clear_edge();
  const auto result = simulate(assembled(kOne), machine, {});
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("has no edge"), std::string::npos);
}

TEST(Edge, WhatTheVerifierWouldRefuseIsAFaultOfTheRun) {
  isa::Bundle bundle = assembled(kOne);
  bundle.mutable_roles(0)->mutable_tiles(0)->mutable_y()->set_first(0);
  Options options;
  for (const EngineKind engine : {EngineKind::dataflow, EngineKind::word}) {
    options.engine = engine;
    const auto no_channel = simulate(bundle, edge_machine(), {}, options);
    ASSERT_FALSE(no_channel.ok());
    EXPECT_NE(no_channel.error().message.find("no edge channel"), std::string::npos);
    arch::Machine small = edge_machine();
    small.mutable_edge()->set_memory(130);
    const auto outside = simulate(assembled(kOne), small, {}, options);
    ASSERT_FALSE(outside.ok());
    EXPECT_EQ(outside.error().message,
              "edge channel 0: the memory answered TLM_ADDRESS_ERROR_RESPONSE to a read of 64 "
              "bytes at 0x80");
  }
}

TEST(Edge, AStoppedRunLeavesTheNextAlone) {
  Options options;
  options.quantum = 8;
  options.progress = [](std::int64_t cycle, double) { return cycle < 7; };
  const auto stopped = simulate(assembled(kOne), edge_machine(), {}, options);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(run_on_both(assembled(kOne), edge_machine()).cycles.count(), 33);
}

}  // namespace
}  // namespace weft::sim
