// SPDX-License-Identifier: Apache-2.0
#include "isa/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <limits>

#include "base/file.h"
#include "isa/bundle.h"
#include "isa/opcode_table.h"
#include "isa/role_builder.h"

namespace weft::isa {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Bundle parsed(const std::string& text) {
  auto bundle = parse_bundle(text, "t.s");
  EXPECT_TRUE(bundle.ok()) << (bundle.ok() ? "" : bundle.error().message);
  return bundle.ok() ? *bundle : Bundle();
}

/// The one instruction of a role with a buffer `x`.
Instr assembled(const std::string& instruction) {
  const Bundle bundle = parsed(".role r x=0 y=0\n.buffer y 0 4\n.buffer x 4 64\n" + instruction);
  EXPECT_EQ(bundle.roles_size(), 1);
  EXPECT_EQ(bundle.roles(0).code_size(), 1);
  const auto instr = decode(bundle.roles(0).code(0));
  EXPECT_TRUE(instr.ok());
  return *instr;
}

std::vector<std::int32_t> args_of(const std::string& instruction) {
  const Instr instr = assembled(instruction);
  return {instr.arg.begin(), instr.arg.begin() + arg_count(instr.opcode)};
}

TEST(Text, OperandsLandInTheirSlots) {
  EXPECT_THAT(args_of("add s1, s2, -5"), ElementsAre(1, 2, -5));
  EXPECT_THAT(args_of("li s31, 0x7fffffff"), ElementsAre(31, 2147483647));
  EXPECT_THAT(args_of("li s0, -2147483648"), ElementsAre(0, std::numeric_limits<int>::min()));
  EXPECT_THAT(args_of("csrr s4, rh"), ElementsAre(4, 3));
  EXPECT_THAT(args_of("send c63, t47"), ElementsAre(63, 47, -1, 0));
  EXPECT_THAT(args_of("fwd.max c1, c2, t3, q4, e5"), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(args_of("td t0, x+8, f16, [2, 3, 4], [1, 0, -7]"),
              ElementsAre(0, 1, 8, 1, 3, 2, 3, 4, 1, 0, -7));
  EXPECT_EQ(assembled("add s1, s2, -5").registers, 0);
  EXPECT_EQ(assembled("add s1, s2, s5").registers, 1 << 2);
  EXPECT_EQ(assembled("td t0, x+s2, f16, [s1, 4], [4, s9]").registers, 1 << 2 | 1 << 5 | 1 << 9);
}

TEST(Text, TheInstructionsOfARoleAreSpelledOneByOne) {
  const Bundle bundle = parsed(
      ".role r x=0 y=0\n  loop 3\n  add s1, s2, -5\n  end\n  br.lt s1, 4, L1\n  li s0, 1\nL1:\n  "
      "halt\n");
  EXPECT_THAT(
      print_instructions(bundle, bundle.roles(0)),
      ElementsAre("loop 3", "add s1, s2, -5", "end", "br.lt s1, 4, L1", "li s0, 1", "halt"));
}

TEST(Text, StridesLeftOutAreDense) {
  EXPECT_THAT(args_of("td t0, x, f32, [2, 3, 4]"), ElementsAre(0, 1, 0, 0, 3, 2, 3, 4, 12, 4, 1));
  EXPECT_THAT(args_of("td t0, x, f32, [s9]"), ElementsAre(0, 1, 0, 0, 1, 9, 0, 0, 1, 0, 0));
  EXPECT_THAT(args_of("td t0, x, f32, [s9, 5]"), ElementsAre(0, 1, 0, 0, 2, 9, 5, 0, 5, 1, 0));
}

TEST(Text, NumbersKeepTheirBits) {
  const auto bits = [](const std::string& number) {
    return static_cast<std::uint32_t>(args_of("vfill t0, " + number)[1]);
  };
  EXPECT_EQ(bits("1"), 0x3f800000u);
  EXPECT_EQ(bits("-0"), 0x80000000u);
  EXPECT_EQ(bits("1e+20"), std::bit_cast<std::uint32_t>(1e20f));
  EXPECT_EQ(bits("1e-45"), 1u);
  EXPECT_EQ(bits("inf"), 0x7f800000u);
  EXPECT_EQ(bits("-inf"), 0xff800000u);
  EXPECT_EQ(bits("nan"), 0x7fc00000u);
  EXPECT_EQ(bits("-nan"), 0xffc00000u);
  EXPECT_EQ(bits("nan:0x7f800001"), 0x7f800001u);
}

TEST(Text, WhatIsLeftOutHasDefaults) {
  const Bundle bundle = parsed(
      ".probe p block along=y size=10 parts=4\n.probe q replicated size=7\n"
      ".load w x f16 columns=(cyclic along=x size=9 parts=2)\n.load v x f32\n"
      ".role a x=2:8:3 y=5\n.tiles x=9 y=1:2\n.buffer x 0 4\n");
  EXPECT_EQ(bundle.version(), kBundleVersion);
  EXPECT_EQ(bundle.machine_hash(), "");
  EXPECT_EQ(rect_of(bundle.region()), (Rect{2, 1, 8, 5}));
  EXPECT_EQ(bundle.probes(0).columns().local(), 3);
  EXPECT_EQ(bundle.probes(1).columns().local(), 7);
  EXPECT_EQ(bundle.probes(1).columns().parts(), 1);
  EXPECT_EQ(bundle.loads(0).row_stride(), 5);
  EXPECT_FALSE(bundle.loads(0).has_rows());
  EXPECT_EQ(bundle.loads(1).row_stride(), 1);
  EXPECT_EQ(bundle.loads(1).column_stride(), 1);
  EXPECT_EQ(tile_set_of(bundle.roles(0).tiles(0)), (weft::TileSet{{2, 3, 3}, {5, 1, 1}}));
}

TEST(Text, PrintsOneCanonicalForm) {
  const Bundle bundle = parsed(R"(
    .role left x = 0 y = 0:7   # comment
    .buffer x 1024 0x100
    loop 3
    first: loop s1
    td t0,x+0,f16,[4,32],[32,1]
    .at embed
    td t1, x + s2, f16, [4, 32], [64, 1]
    br.lt s1, 0x10, after
    end
    end
    after: .at -
    probe layers.{}.q, t0, s1, 2
    send c0, t0, q1, e2 ; asynchronous
    halt
    .op "two words"
    .op embed
    .route c0 x=0 y=0:6:2 ramp->east,ramp
    .load model.w "x"+4 bf16 rows=(replicated size=4) strides=[1,4] transposed
    .probe layers.{}.q heads along=x size=128 local=8 parts=32 groups=4 heads_per_group=2 head_dim=16 columns_per_group=8 groups_per_column=1
    .phase decode
    .model fable-1m
    .machine mesh8 -
    .region 0 0 8 8
  )");
  const std::string canonical = R"(.bundle 1
.machine mesh8 -
.model fable-1m
.phase decode
.region 0 0 8 8
.op "two words"
.op embed
.probe layers.{}.q heads along=x size=128 local=8 parts=32 groups=4 heads_per_group=2 head_dim=16 columns_per_group=8 groups_per_column=1
.route c0 x=0 y=0:6:2 ramp -> east,ramp
.load model.w x+4 bf16 rows=(replicated size=4) strides=[1, 4] transposed

.role left x=0 y=0:7
.buffer x 0x400 256
  loop 3
    loop s1
      td t0, x, f16, [4, 32]
  .at embed
      td t1, x+s2, f16, [4, 32], [64, 1]
      br.lt s1, 16, L1
    end
  end
L1:
  .at -
  probe layers.{}.q, t0, s1, 2
  send c0, t0, q1, e2
  halt
)";
  EXPECT_EQ(print_bundle(bundle), canonical);
  EXPECT_EQ(print_bundle(parsed(canonical)), canonical);
}

TEST(Text, BranchesCountTheInstructionsTheySkip) {
  const Bundle bundle = parsed(
      ".role r x=0 y=0\nbr.lt s0, 1, a\nbr.ge s0, 1, b\nbusy 1\nb: a:\nbusy 2\nbr.eq s0, 0, "
      "c\nc:\n");
  ASSERT_EQ(bundle.roles(0).code_size(), 5);
  EXPECT_EQ(bundle.roles(0).code(0).args(2), 2);
  EXPECT_EQ(bundle.roles(0).code(1).args(2), 1);
  EXPECT_EQ(bundle.roles(0).code(4).args(2), 0);
  EXPECT_THAT(print_bundle(bundle), HasSubstr("busy 1\nL1:\n  busy 2\n  br.eq s0, 0, L2\nL2:\n"));
}

TEST(Text, TakesWhatTheBuilderMakes) {
  RoleBuilder builder("left");
  const int x = builder.buffer("x", 64);
  builder.graph_op(0);
  builder.td(0, x, 4, DType::f16, {Value::reg(1), 4});
  builder.emit_numbers(Opcode::mm, {0, 0, 0}, {0.25f});
  const auto skip = builder.branch(Opcode::br_lt, 1, Value::reg(2));
  builder.send(0, 0);
  builder.receive(Opcode::recv_add, 0, 1, 2, 3);
  builder.land(skip);
  Bundle bundle;
  bundle.set_version(kBundleVersion);
  *bundle.mutable_region() = parsed(".role r x=3 y=4").region();
  bundle.add_graph_ops("embed");
  *bundle.add_roles() = builder.finish(16);
  *bundle.mutable_roles(0)->add_tiles() = to_proto({{3, 1, 1}, {4, 1, 1}});
  const std::string text = print_bundle(bundle);
  EXPECT_THAT(text, HasSubstr("  .at embed\n  td t0, x+4, f16, [s1, 4]\n  mm t0, t0, t0, 0.25\n"
                              "  br.lt s1, s2, L1\n  send c0, t0\n  recv.add t0, c1, q2, e3\n"
                              "L1:\n  .at -\n  halt\n"));
  EXPECT_EQ(parsed(text).SerializeAsString(), bundle.SerializeAsString());
}

TEST(Text, UnusualNamesGoInQuotes) {
  const Bundle bundle = parsed(".model \"a \\\"b\\\\ \\x0a;\"\n.role \"-\" x=0 y=0\n");
  EXPECT_EQ(bundle.model(), "a \"b\\ \n;");
  EXPECT_THAT(print_bundle(bundle), HasSubstr(".model \"a \\\"b\\\\ \\x0a;\"\n"));
  EXPECT_THAT(print_bundle(bundle), HasSubstr(".role \"-\" x=0 y=0\n"));
}

TEST(Text, PrintsEvenWhatNoReaderTakes) {
  Bundle bundle;
  auto& role = *bundle.add_roles();
  role.add_code()->set_opcode(999);
  auto& branch = *role.add_code();
  branch.set_opcode(static_cast<int>(Opcode::br_lt));
  branch.add_args(0);
  branch.add_args(0);
  branch.add_args(77);
  branch.set_graph_op(9);
  auto& load = *bundle.add_loads();
  load.set_dtype(9);
  const std::string text = print_bundle(bundle);
  EXPECT_THAT(text, HasSubstr("  ?  ; unknown opcode 999\n  .at ?8\n  br.lt s0, 0, ?77\n"));
  EXPECT_FALSE(parse_bundle(text, "t.s").ok());
}

std::string isa_page() {
  auto page = read_file(WEFT_SOURCE_DIR "/docs/isa.md");
  EXPECT_TRUE(page.ok());
  return *page;
}

TEST(IsaPage, HoldsTheTableOfInstructions) {
  const std::string page = isa_page();
  const std::string begin = "<!-- instruction table: printed by weft asm --list-opcodes -->\n";
  const auto from = page.find(begin);
  ASSERT_NE(from, std::string::npos);
  const auto to = page.find("<!-- end -->", from);
  ASSERT_NE(to, std::string::npos);
  EXPECT_EQ(page.substr(from + begin.size(), to - from - begin.size()), opcode_table());
}

TEST(IsaPage, ExamplesAssemble) {
  const std::string page = isa_page();
  const std::string fence = "```weft\n";
  int examples = 0;
  for (auto at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
    const auto from = at + fence.size();
    const Bundle bundle = parsed(page.substr(from, page.find("```\n", from) - from));
    EXPECT_EQ(parsed(print_bundle(bundle)).SerializeAsString(), bundle.SerializeAsString());
    ++examples;
  }
  EXPECT_GE(examples, 1);
}

TEST(OpcodeTable, ShowsHowEachIsWritten) {
  EXPECT_EQ(usage_of(info_of(Opcode::halt)), "halt");
  EXPECT_EQ(usage_of(info_of(Opcode::add)), "add sd, sa, v");
  EXPECT_EQ(usage_of(info_of(Opcode::send)), "send c, t [, q, e]");
  EXPECT_EQ(usage_of(info_of(Opcode::td)), "td t, buffer+v, type, [dims] [, [strides]]");
}

}  // namespace
}  // namespace weft::isa
