// SPDX-License-Identifier: Apache-2.0
// The smallest bundles that break the rules of structure, memory map, tensors and routes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isa/bundle.h"
#include "isa/verify.h"
#include "random_bundle.h"
#include "verify_case.h"

namespace weft::isa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> found(const Bundle& bundle) {
  return find_violations(bundle, small_machine());
}

TEST(VerifyStatic, AProgramThatBreaksNothing) {
  EXPECT_THAT(violations(".role r x=0 y=0\nhalt\n"), IsEmpty());
  EXPECT_TRUE(verify(bundle_of(".role r x=0:2 y=0:1\nhalt\n"), small_machine()).ok());
}

TEST(VerifyStatic, StopsWhenAsked) {
  const Bundle endless = bundle_of(
      ".role r x=0 y=0\nloop 10000\nloop 10000\nloop 10000\nadd s0, s0, 1\nend\nend\n"
      "end\nhalt\n");
  for (const int patience : {0, 1, 2, 50}) {
    int asked = 0;
    const Status status = verify(endless, small_machine(), [&] { return asked++ == patience; });
    EXPECT_EQ(asked, patience + 1);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind, ErrorKind::failed);
    EXPECT_EQ(status.error().message, "stopped before the bundle was verified");
  }
}

TEST(VerifyStatic, RegionAndTileSets) {
  EXPECT_THAT(violations(".region 2 0 2 1\n.role r x=2 y=0\nhalt\n"),
              ElementsAre("region 2x1 at (2,0) does not lie inside the 3x2 machine; map for a "
                          "smaller region"));
  EXPECT_THAT(violations(".region 0 0 2 2\n.role r x=0:2 y=0\nhalt\n"),
              ElementsAre("role r: tiles x=0:3:1 y=0:1:1 (first:count:step) do not lie inside the "
                          "region 2x2 at (0,0); mend the tile set"));
  EXPECT_THAT(violations(".role a x=0:1 y=0\nhalt\n.role b x=1 y=0\nhalt\n"),
              ElementsAre("tile (1,0) has two roles, a and b; take it out of one tile set"));
  for (const auto& [step, count] : {std::pair{0, 2}, {-1, 2}, {1, 0}, {1, 1 << 30}, {1 << 30, 4}}) {
    Bundle bundle = bundle_of(".region 0 0 3 2\n.role r x=0 y=0\nhalt\n");
    auto& x = *bundle.mutable_roles(0)->mutable_tiles(0)->mutable_x();
    x.set_step(step);
    x.set_count(count);
    EXPECT_THAT(found(bundle), SizeIs(1)) << step << " " << count;
  }
}

TEST(VerifyStatic, Encoding) {
  EXPECT_THAT(violations(".role r x=0 y=0\nli s0, 1\n"),
              ElementsAre("role r, instruction 1: the program does not end in halt"));
  Bundle bundle = bundle_of(".role r x=0 y=0\nli s0, 1\nhalt\n");
  bundle.mutable_roles(0)->mutable_code(0)->set_opcode(999);
  EXPECT_THAT(found(bundle), ElementsAre("role r, instruction 0: unknown opcode 999"));
}

TEST(VerifyStatic, LoopsBranchesAndBuffersThatLeadNowhere) {
  // The assembler refuses these texts, so sound programs are damaged.
  const auto damaged = [](const std::string& text, int at, const auto& damage) {
    Bundle bundle = bundle_of(".role r x=0 y=0\n" + text);
    damage(*bundle.mutable_roles(0)->mutable_code(at));
    return found(bundle);
  };
  const std::string nest = "loop 2\nli s0, 1\nend\nhalt\n";
  const auto harmless = [](Instruction& instruction) {
    instruction = encode({.opcode = Opcode::halt});
  };
  EXPECT_THAT(damaged(nest, 0, harmless), ElementsAre("role r, instruction 2: end without a loop"));
  EXPECT_THAT(damaged(nest, 2, harmless),
              ElementsAre("role r, instruction 0: loop without an end"));
  EXPECT_THAT(damaged(".buffer x 0x100 64\ntd t0, x, f32, [1, 1]\nhalt\n", 0,
                      [](Instruction& td) { td.set_args(1, 7); }),
              ElementsAre("role r, instruction 0: buffer 7 is not declared"));
}

TEST(VerifyStatic, OperandsTheMachineLacks) {
  const std::string head = ".role r x=0 y=0\n.buffer x 0x100 64\ntd t0, x, f32, [1, 1]\n";
  EXPECT_THAT(violations(head + "send c4, t0\nhalt\n"),
              ElementsAre("role r, instruction 1 (send): uses color c4 and the machine has c0 to "
                          "c3; take one of those"));
  EXPECT_THAT(violations(head + "send c0, t0, q2, e0\nhalt\n"),
              ElementsAre("role r, instruction 1 (send): uses queue engine q2 and the machine has "
                          "q0 to q1; take one of those"));
  EXPECT_THAT(violations(head + "norm.rms t0, t0, t0, t0, 0, 1e-5\nhalt\n"),
              ElementsAre("role r, instruction 1 (norm.rms): divides by n = 0; n is the length of "
                          "the norm, above 0"));
  Bundle bundle = bundle_of(".probe p replicated size=1\n" + head + "probe p, t0, 0, 0\nhalt\n");
  bundle.clear_probes();
  EXPECT_THAT(found(bundle), ElementsAre("role r, instruction 1 (probe): shows probe 0 and the "
                                         "bundle has 0; declare it"));
  bundle = bundle_of(".role r x=0 y=0\nhalt\n");
  bundle.mutable_roles(0)->mutable_code(0)->set_graph_op(3);
  EXPECT_THAT(found(bundle), ElementsAre("role r, instruction 0 (halt): belongs to graph op 2 and "
                                         "the bundle has 0; declare it"));
}

TEST(VerifyStatic, MemoryMap) {
  EXPECT_THAT(violations(".role r x=0 y=0\n.buffer x 4000 100\nhalt\n"),
              ElementsAre("role r: buffer x of 100 bytes at 4000 does not lie inside the 4096 "
                          "bytes of SRAM; use a larger region or tile.sram"));
  EXPECT_THAT(violations(".role r x=0 y=0\n.buffer x 8 100\nhalt\n"),
              ElementsAre("role r: buffer x at 8 overlaps the program, which takes bytes 0 to 15; "
                          "lay it behind"));
  EXPECT_THAT(violations(".role r x=0 y=0\n.buffer x 100 100\n.buffer y 196 100\nhalt\n"),
              ElementsAre("role r: buffers x (bytes 100 to 199) and y (from byte 196) overlap; "
                          "move one"));
  std::string text = ".role r x=0 y=0\n";
  for (int i = 0; i < 256; ++i) {
    text += "li s0, 1\n";
  }
  EXPECT_THAT(violations(text + "halt\n"),
              ElementsAre("role r: 257 instructions of 16 bytes need 4112 bytes of SRAM and a tile "
                          "has 4096; shorten the program"));
  Bundle bundle = bundle_of(".role r x=0 y=0\n.buffer x 100 64\n.buffer y 200 64\nhalt\n");
  bundle.mutable_roles(0)->mutable_buffers(1)->set_name("x");
  EXPECT_THAT(found(bundle), ElementsAre("role r: buffer x is declared twice; rename one"));
  bundle.mutable_roles(0)->mutable_buffers(1)->set_bytes(INT64_MIN);
  EXPECT_THAT(found(bundle), SizeIs(2));
}

TEST(VerifyStatic, Loads) {
  const std::string role = ".role r x=0 y=0\n.buffer x 100 64\nhalt\n";
  EXPECT_THAT(
      violations(".load w x+4 f32 rows=(replicated size=4) columns=(replicated size=4)\n" + role),
      ElementsAre("load of w into x: takes bytes 0 to 63 from offset 4 on, and the buffer of role "
                  "r has 64; widen it"));
  const Bundle whole = bundle_of(
      ".load w x f32 rows=(block along=x size=8 parts=2) columns=(replicated size=4)\n" + role);
  EXPECT_THAT(found(whole), IsEmpty());
  Bundle bundle = whole;
  bundle.mutable_loads(0)->set_buffer("z");
  EXPECT_THAT(found(bundle), ElementsAre("load of w into z: no role has a buffer of that name; "
                                         "declare it or drop the load"));
  bundle = whole;
  bundle.mutable_loads(0)->mutable_rows()->set_parts(0);
  EXPECT_THAT(found(bundle), ElementsAre("load of w into x: axis rows has size 8, local 4, parts "
                                         "0, each needs 1 or more"));
  bundle = whole;
  bundle.mutable_loads(0)->set_column_stride(0);
  EXPECT_THAT(found(bundle), ElementsAre("load of w into x: stride 0 puts several elements in one "
                                         "place; give strides of 1 or more"));
  bundle = whole;
  bundle.mutable_loads(0)->set_row_stride(INT32_MIN);
  EXPECT_THAT(found(bundle), SizeIs(1));
  bundle = whole;
  bundle.mutable_loads(0)->set_offset(INT64_MIN);
  EXPECT_THAT(found(bundle), SizeIs(1));
  bundle = whole;
  bundle.mutable_loads(0)->set_dtype(9);
  EXPECT_THAT(found(bundle), ElementsAre("load of w into x: unknown element type 9"));
}

TEST(VerifyStatic, Axes) {
  const Bundle whole = bundle_of(
      ".probe p heads along=x size=16 local=8 groups=2 heads_per_group=2 head_dim=4 "
      "columns_per_group=1 groups_per_column=1\n.role r x=0 y=0\nhalt\n");
  EXPECT_THAT(found(whole), IsEmpty());
  const auto with = [&](void (Axis::*set)(std::int32_t), int value) {
    Bundle bundle = whole;
    (bundle.mutable_probes(0)->mutable_columns()->*set)(value);
    return found(bundle);
  };
  EXPECT_THAT(with(&Axis::set_columns_per_group, 0),
              ElementsAre("probe p: axis columns has columns_per_group 0, needs 1 to 262144"));
  EXPECT_THAT(with(&Axis::set_local, 3),
              ElementsAre("probe p: axis columns has local 3, less than a pair of each head (4)"));
  EXPECT_THAT(with(&Axis::set_size, 15),
              ElementsAre("probe p: axis columns has size 15, fewer than 4 heads of 4"));
  EXPECT_THAT(with(&Axis::set_head_dim, 3),
              ElementsAre("probe p: axis columns has an odd head_dim, 3"));
  EXPECT_THAT(with(&Axis::set_groups, 1 << 30), SizeIs(1));
  EXPECT_THAT(with(&Axis::set_heads_per_group, -1), SizeIs(1));
  EXPECT_THAT(with(&Axis::set_groups_per_column, 0), SizeIs(1));
}

TEST(VerifyStatic, Routes) {
  const std::string role = ".role r x=0 y=0\nhalt\n";
  EXPECT_THAT(violations(".route c0 x=0 y=0 ramp -> east\n" + role),
              ElementsAre(testing::HasSubstr("color c0 from tile (0,0) is not routed on at tile "
                                             "(1,0)")));
  EXPECT_THAT(violations(".route c0 x=0 y=0 ramp -> west\n" + role),
              ElementsAre(testing::HasSubstr("color c0 leaves the machine at tile (0,0)")));
  EXPECT_THAT(violations(".route c0 x=0:5 y=0 ramp -> west\n" + role),
              ElementsAre("route 0 of color c0: its tiles do not lie inside the 3x2 machine; mend "
                          "the tile set"));
  Bundle bundle = bundle_of(".route c0 x=0 y=0 ramp -> east\n" + role);
  bundle.mutable_routes(0)->set_rx(static_cast<Direction>(77));
  EXPECT_THAT(found(bundle), ElementsAre("route 0 of color c0: unknown direction"));
}

TEST(VerifyStatic, SaysAtMostTwentyLines) {
  std::string text = ".role r x=0 y=0\n";
  for (int i = 0; i < 30; ++i) {
    text += ".buffer b" + std::to_string(i) + " 5000 4\n";
  }
  const auto lines = violations(text + "halt\n");
  EXPECT_THAT(lines, SizeIs(20));
  const Status status = verify(bundle_of(text + "halt\n"), small_machine());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind, ErrorKind::input);
  EXPECT_TRUE(status.error().message.starts_with(lines[0] + "\n" + lines[1] + "\n"));
}

TEST(VerifyStatic, AnyBundleIsJudged) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    EXPECT_LE(found(random_bundle(seed)).size(), 20u);
  }
}

}  // namespace
}  // namespace weft::isa
