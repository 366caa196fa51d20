// SPDX-License-Identifier: Apache-2.0
// Programs that come to a stand: each engine ends at once and names the cycle of waits.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "contract_case.h"
#include "isa/bundle.h"
#include "isa/text.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

using testing::HasSubstr;

struct Stand {
  const char* name;
  const char* text;
  int width, height;
  std::vector<const char*> named;  ///< each in some line
};

const std::vector<Stand>& stands() {
  static const std::vector<Stand> all = {
      {"two tiles that both receive first",
       ".bundle 1\n.region 0 0 2 1\n"
       ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
       ".route c1 x=1 y=0 ramp -> west\n.route c1 x=0 y=0 east -> ramp\n"
       ".role left x=0 y=0\n.buffer x 0x100 16\n  td t0, x, f32, [4]\n"
       "  recv.set t0, c1\n  send c0, t0\n  halt\n"
       ".role right x=1 y=0\n.buffer x 0x100 16\n  td t0, x, f32, [4]\n"
       "  recv.set t0, c0\n  send c1, t0\n  halt\n",
       2,
       1,
       {"tile (0,0), role left", "tile (1,0), role right", "color c0", "color c1"}},
      {"a ring that sends more than its places hold",
       ".bundle 1\n.region 0 0 2 2\n"
       ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
       ".route c1 x=1 y=0 ramp -> south\n.route c1 x=1 y=1 north -> ramp\n"
       ".route c2 x=1 y=1 ramp -> west\n.route c2 x=0 y=1 east -> ramp\n"
       ".route c3 x=0 y=1 ramp -> north\n.route c3 x=0 y=0 south -> ramp\n"
       ".role a x=0 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  send c0, t0\n  recv.set t0, c3\n  halt\n"
       ".role b x=1 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  send c1, t0\n  recv.set t0, c0\n  halt\n"
       ".role c x=1 y=1\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  send c2, t0\n  recv.set t0, c1\n  halt\n"
       ".role d x=0 y=1\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  send c3, t0\n  recv.set t0, c2\n  halt\n",
       2,
       2,
       {"role a", "role b", "role c", "role d", "places are full"}},
      {"a color whose one branch holds up the other",
       ".bundle 1\n.region 0 0 3 1\n"
       ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp,east\n"
       ".route c0 x=2 y=0 west -> ramp\n"
       ".route c1 x=1 y=0 ramp -> east\n.route c1 x=2 y=0 west -> ramp\n"
       ".role from x=0 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n  send c0, t0\n  halt\n"
       ".role near x=1 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  recv.set t0, c0\n  send c1, t0\n  halt\n"
       ".role far x=2 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  recv.set t0, c1\n  recv.set t0, c0\n  halt\n",
       3,
       1,
       {"role near", "role far", "color c0", "color c1"}},
      {"credit: a train that waits for places before the one its receiver wants",
       ".bundle 1\n.region 0 0 2 1\n"
       ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
       ".route c1 x=0 y=0 ramp -> east\n.route c1 x=1 y=0 west -> ramp\n"
       ".role left x=0 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  send c0, t0\n  send c1, t0\n  halt\n"
       ".role right x=1 y=0\n.buffer x 0x100 256\n  td t0, x, f32, [64]\n"
       "  recv.set t0, c1\n  recv.set t0, c0\n  halt\n",
       2,
       1,
       {"role left", "role right", "places are full"}},
      {"ramps held in the order of issue: crossed receives",
       ".bundle 1\n.region 0 0 2 1\n"
       ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
       ".route c1 x=0 y=0 ramp -> east\n.route c1 x=1 y=0 west -> ramp\n"
       ".role left x=0 y=0\n.buffer x 0x100 512\n  td t0, x, f32, [64]\n"
       "  td t1, x + 256, f32, [64]\n  send c0, t0\n  send c1, t1\n  halt\n"
       ".role right x=1 y=0\n.buffer x 0x100 512\n  td t0, x, f32, [64]\n"
       "  td t1, x + 256, f32, [64]\n  recv.set t1, c1, q0, e0\n  recv.set t0, c0, q1, e1\n"
       "  wait e0\n  wait e1\n  halt\n",
       2,
       1,
       {"role left", "role right", "waits for a unit held by instruction"}},
  };
  return all;
}

TEST(Deadlock, EveryEngineEndsAndNamesTheCycleOfWaits) {
  for (const Stand& stand : stands()) {
    const auto bundle = isa::parse_bundle(stand.text, "text");
    ASSERT_TRUE(bundle.ok()) << stand.name << ": " << bundle.error().message;
    for (const EngineKind kind : {EngineKind::dataflow, EngineKind::word}) {
      for (const bool data : {false, true}) {
        SCOPED_TRACE(fmt::format("{}, {}, values {}", stand.name,
                                 kind == EngineKind::word ? "word" : "dataflow", data));
        Options options;
        options.engine = kind;
        options.data = data;
        const auto result =
            simulate(*bundle, contract_machine(stand.width, stand.height), {}, options);
        ASSERT_TRUE(result.ok()) << result.error().message;
        ASSERT_FALSE(result->deadlock.empty());
        const std::string said = fmt::format("{}", fmt::join(result->deadlock, "\n"));
        EXPECT_THAT(said, HasSubstr("a cycle of waits"));
        for (const char* name : stand.named) {
          EXPECT_THAT(said, HasSubstr(name));
        }
      }
    }
  }
}

}  // namespace
}  // namespace weft::sim
