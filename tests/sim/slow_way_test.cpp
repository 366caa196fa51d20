// SPDX-License-Identifier: Apache-2.0
#include "sim/slow_way.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/machine.h"
#include "isa/text.h"

namespace weft::sim {
namespace {

using ::testing::HasSubstr;

// One tile sends two words to its neighbor, the others halt; 60,000 of them.
Result<RunResult> run(const std::string& receives, std::optional<std::int64_t> bytes) {
  const auto machine = arch::load_machine("mesh32", {"grid.width=300", "grid.height=200"});
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  auto bundle = isa::parse_bundle(
      ".region 0 0 300 200\n.route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
      ".role sends x=0 y=0\n.buffer x 0x100 256\ntd t0, x, f32, [2]\nsend c0, t0\nhalt\n"
      ".role hears x=1 y=0\n.buffer x 0x100 256\ntd t0, x, f32, [1]\ntd t1, x, f32, [2]\n" +
          receives + "halt\n.role rest x=2:299 y=0\nhalt\n.role below x=0:299 y=1:199\nhalt\n",
      "test");
  EXPECT_TRUE(bundle.ok()) << bundle.error().message;
  Options options;
  options.data = false;
  options.lean = false;
  options.host_bytes = bytes;
  return simulate(*bundle, *machine, {}, options);
}

constexpr const char* kInHalves = "recv.set t0, c0\nrecv.set t0, c0\n";

TEST(SlowWay, MoreTilesThanMemoryForThemAreRefusedWithTheReasonAndTheMend) {
  const auto refused = run(kInHalves, 1'000'000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::failed);
  EXPECT_THAT(refused.error().message, HasSubstr("(operations of unequal length share a train)"));
  EXPECT_THAT(refused.error().message, HasSubstr("60,000 tiles take about"));
  EXPECT_THAT(refused.error().message, HasSubstr("use a smaller --region"));
}

TEST(SlowWay, WithRoomOrNothingKnownOfItTheRunGoesOn) {
  EXPECT_TRUE(run(kInHalves, 1'000'000'000).ok());
  EXPECT_TRUE(run(kInHalves, std::nullopt).ok());
}

TEST(SlowWay, VectorsAreNeverRefused) { EXPECT_TRUE(run("recv.set t1, c0\n", 1).ok()); }

}  // namespace
}  // namespace weft::sim
