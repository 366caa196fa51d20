// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "isa/text.h"

namespace weft::isa {
namespace {

/// What is said about a text; nothing where it reads well.
std::string fault(const std::string& text) {
  const auto bundle = parse_bundle(text, "t.s");
  if (bundle.ok()) {
    return {};
  }
  EXPECT_EQ(bundle.error().kind, ErrorKind::input);
  return bundle.error().message;
}

/// The same about lines of a role with buffers `x` and `yard`, op `embed` and probe `total`,
/// without "t.s:" and counted from the first of these lines.
std::string role_fault(const std::string& lines) {
  std::string message = fault(
      ".op embed\n.probe total replicated size=4\n.role r x=0 y=0\n.buffer x 0 64\n"
      ".buffer yard 64 64\n" +
      lines);
  if (!message.starts_with("t.s:")) {
    return message;
  }
  const auto colon = message.find(':', 4);
  return std::to_string(std::stoi(message.substr(4, colon - 4)) - 5) + message.substr(colon);
}

TEST(TextFaults, UnknownWords) {
  EXPECT_EQ(role_fault("  sned c0, t0"), "1:3: unknown instruction 'sned' (did you mean 'send'?)");
  EXPECT_EQ(role_fault("frobnicate"), "1:1: unknown instruction 'frobnicate'");
  EXPECT_EQ(role_fault("td t0, yadr, f32, [4]"),
            "1:8: unknown buffer 'yadr' (did you mean 'yard'?)");
  EXPECT_EQ(role_fault("td t0, x-4, f32, [4]"), "1:8: unknown buffer 'x-4'");
  EXPECT_EQ(role_fault("td t0, x, fp32, [4]"),
            "1:11: unknown element type 'fp32', one of f32, f16, bf16, i32");
  EXPECT_EQ(role_fault(".at embde"), "1:5: unknown op 'embde' (did you mean 'embed'?)");
  EXPECT_EQ(role_fault("probe totl, t0, 0, 0"),
            "1:7: unknown probe 'totl' (did you mean 'total'?)");
  EXPECT_EQ(role_fault("csrr s0, tz"), "1:10: unknown csr 'tz' (did you mean 'tx'?)");
  EXPECT_EQ(fault(".rol a x=0 y=0\n.role a x=0 y=0"),
            "t.s:1:1: unknown directive '.rol' (did you mean '.role'?)");
  EXPECT_EQ(fault(".role a x=0 y=0\n.load w wieght f16\n.buffer weight 0 4"),
            "t.s:2:9: no role has a buffer 'wieght' (did you mean 'weight'?)");
  EXPECT_EQ(fault(".route c0 x=0 y=0 rmap -> east\n.role a x=0 y=0"),
            "t.s:1:19: unknown direction 'rmap' (did you mean 'ramp'?)");
  EXPECT_EQ(fault(".route c0 x=0 y=0 ramp -> up\n.role a x=0 y=0"),
            "t.s:1:27: unknown direction 'up', one of ramp, east, south, west, north");
  EXPECT_EQ(fault(".probe p rows=z block size=4\n.role a x=0 y=0"),
            "t.s:1:15: unknown mesh axis 'z', one of x, y");
  EXPECT_EQ(fault(".probe p blok size=4\n.role a x=0 y=0"),
            "t.s:1:10: unknown axis kind 'blok' (did you mean 'block'?)");
  EXPECT_EQ(fault(".probe p block siez=4\n.role a x=0 y=0"),
            "t.s:1:16: unknown axis key 'siez' (did you mean 'size'?)");
}

TEST(TextFaults, OperandCounts) {
  EXPECT_EQ(role_fault("add s0, s1"), "1:5: add takes 3 operands, not 2: add sd, sa, v");
  EXPECT_EQ(role_fault("halt 3"), "1:6: halt takes no operands, not 1: halt");
  EXPECT_EQ(role_fault("wait"), "1:5: wait takes 1 operand, not 0: wait e");
  EXPECT_EQ(role_fault("send c0"), "1:6: send takes 2 or 4 operands, not 1: send c, t [, q, e]");
  EXPECT_EQ(role_fault("send c0, t0, q0"),
            "1:6: send takes 2 or 4 operands, not 3: send c, t [, q, e]");
  EXPECT_EQ(role_fault("td t0, x, f32"),
            "1:4: td takes 4 or 5 operands, not 3: td t, buffer+v, type, [dims] [, [strides]]");
}

TEST(TextFaults, OperandKinds) {
  EXPECT_EQ(role_fault("add t0, s1, 2"), "1:5: expected an s register (s0 to s31), found 't0'");
  EXPECT_EQ(role_fault("add s0, 1, 2"), "1:9: expected an s register (s0 to s31), found '1'");
  EXPECT_EQ(role_fault("add s0, s1, t2"), "1:13: expected an integer or an s register, found 't2'");
  EXPECT_EQ(role_fault("li s0, 1.5"), "1:8: expected an integer or an s register, found '1.5'");
  EXPECT_EQ(role_fault("vfill t0, s1"), "1:11: expected a number, found 's1'");
  EXPECT_EQ(role_fault("vfill s0, 1"), "1:7: expected a t register (t0 to t47), found 's0'");
  EXPECT_EQ(role_fault("send e0, t0"), "1:6: expected a color (c0 to c63), found 'e0'");
  EXPECT_EQ(role_fault("wait 1"), "1:6: expected an event (e0 to e15), found '1'");
  EXPECT_EQ(role_fault("send c0, t0, e1, q2"),
            "1:14: expected a queue engine (q0 to q255), found 'e1'");
  EXPECT_EQ(role_fault("td t0, x, f32, 4"), "1:16: expected '[', found '4'");
  EXPECT_EQ(role_fault("td t0, x, f32, [4"), "1:18: expected ']', found the end of the line");
  EXPECT_EQ(role_fault("busy 1 2"), "1:8: expected the end of the line, found '2'");
  EXPECT_EQ(role_fault(", busy"), "1:1: expected an instruction, found ','");
}

TEST(TextFaults, NumbersOutOfRange) {
  EXPECT_EQ(role_fault("li s32, 1"), "1:4: s32 out of range, s0 to s31");
  EXPECT_EQ(role_fault("vfill t48, 1"), "1:7: t48 out of range, t0 to t47");
  EXPECT_EQ(role_fault("send c64, t0"), "1:6: c64 out of range, c0 to c63");
  EXPECT_EQ(role_fault("wait e16"), "1:6: e16 out of range, e0 to e15");
  EXPECT_EQ(role_fault("send c0, t0, q256, e0"), "1:14: q256 out of range, q0 to q255");
  EXPECT_EQ(role_fault("busy s99999999999999999999"),
            "1:6: s99999999999999999999 out of range, s0 to s31");
  EXPECT_EQ(role_fault("li s0, 2147483648"),
            "1:8: value 2147483648 out of range, -2147483648 to 2147483647");
  EXPECT_EQ(role_fault("li s0, -99999999999999999999"),
            "1:8: value -99999999999999999999 out of range, -2147483648 to 2147483647");
  EXPECT_EQ(role_fault("vfill t0, 1e60"), "1:11: number 1e60 out of range of fp32");
  EXPECT_EQ(role_fault(".buffer z -4 8"), "1:11: byte offset -4 out of range, 0 to 1099511627776");
  EXPECT_EQ(fault(".bundle 2\n.role a x=0 y=0"), "t.s:1:9: bundle version 2, this program reads 1");
  EXPECT_EQ(fault(".region 0 0 0 8\n.role a x=0 y=0"),
            "t.s:1:13: width 0 out of range, 1 to 65536");
  EXPECT_EQ(fault(".role a x=7:3 y=0"), "t.s:1:13: x 3 out of range, 7 to 65535");
  EXPECT_EQ(fault(".role a x=0:3:0 y=0"), "t.s:1:15: step 0 out of range, 1 to 65535");
  EXPECT_EQ(fault(".probe p block size=0\n.role a x=0 y=0"),
            "t.s:1:21: size 0 out of range, 1 to 2147483647");
}

TEST(TextFaults, Descriptors) {
  EXPECT_EQ(role_fault("td t0, x, f32, [1, 2, 3, 4]"), "1:16: a descriptor has 1 to 3 dimensions");
  EXPECT_EQ(role_fault("td t0, x, f32, [1, 2], [1]"), "1:24: 1 strides for 2 dimensions");
  EXPECT_EQ(role_fault("td t0, x, f32, [1, s2]"),
            "1:23: strides can be left out only where they follow from the dimensions written as "
            "integers");
}

TEST(TextFaults, Labels) {
  EXPECT_EQ(role_fault("br.lt s0, 1, dnoe\ndone:\nhalt"),
            "1:14: unknown label 'dnoe' (did you mean 'done'?)");
  EXPECT_EQ(role_fault("again:\nbusy 1\nbr.lt s0, 1, again"),
            "3:14: label 'again' lies behind: branches only go forward, use loop");
  EXPECT_EQ(role_fault("a: busy 1\na: halt"), "2:1: label 'a' appears twice, first on line 6");
  EXPECT_EQ(fault(".role a x=0 y=0\nbr.lt s0, 1, l\n.role b x=1 y=0\nl: halt"),
            "t.s:2:14: unknown label 'l'");
}

TEST(TextFaults, Loops) {
  EXPECT_EQ(role_fault("loop 3\nbusy 1"), "1:1: loop without an end");
  EXPECT_EQ(role_fault("busy 1\nend"), "2:1: end without a loop");
  EXPECT_EQ(role_fault("loop 1\nloop 1\nloop 1\nloop 1\nloop 1\nend\nend\nend\nend\nend"),
            "5:1: loops nest at most 4 deep");
}

TEST(TextFaults, Roles) {
  EXPECT_EQ(fault(""),
            "t.s:1:1: no .role: a bundle needs at least one role, its tiles and its program");
  EXPECT_EQ(fault("busy 1\nhalt\n.role a x=0 y=0"),
            "t.s:1:1: instruction outside a role: write .role first");
  EXPECT_EQ(fault(".buffer x 0 4\n.role a x=0 y=0"),
            "t.s:1:9: .buffer outside a role: write .role first");
  EXPECT_EQ(fault(".role a\nhalt"), "t.s:1:7: role 'a' has no tiles: write x= and y=");
  EXPECT_EQ(fault(".role a x=3"), "t.s:1:12: expected y=, found the end of the line");
}

TEST(TextFaults, NamesAppearOnce) {
  EXPECT_EQ(role_fault(".role r x=1 y=0"), "1:7: role 'r' appears twice");
  EXPECT_EQ(role_fault(".buffer x 64 4"), "1:9: buffer 'x' appears twice");
  EXPECT_EQ(role_fault(".op embed"), "1:5: op 'embed' appears twice");
  EXPECT_EQ(role_fault(".probe total replicated size=4"), "1:8: probe 'total' appears twice");
  EXPECT_EQ(fault(".model a\n.role r x=0 y=0\n.model b"), "t.s:3:1: .model appears twice");
  EXPECT_EQ(role_fault(".route c0 x=0 y=0 ramp -> east,east"),
            "1:32: direction 'east' appears twice");
  EXPECT_EQ(role_fault(".probe p block size=4 size=5"), "1:23: 'size' appears twice");
}

TEST(TextFaults, Axes) {
  EXPECT_EQ(role_fault(".probe p block parts=4"), "1:10: block axis needs size=");
  EXPECT_EQ(role_fault(".probe p heads size=8"), "1:10: heads axis needs local=");
  EXPECT_EQ(role_fault(".probe p heads size=8 local=8 groups=1 heads_per_group=1 head_dim=7 "
                       "columns_per_group=1 groups_per_column=1"),
            "1:10: head_dim 7 is odd: heads are split by pairs");
  EXPECT_EQ(role_fault(".probe p heads size=8 local=6 groups=1 heads_per_group=2 head_dim=8 "
                       "columns_per_group=1 groups_per_column=1"),
            "1:10: local 6 is no multiple of 2 * heads_per_group * groups_per_column");
  EXPECT_EQ(role_fault(".probe p block along=z size=4"),
            "1:22: unknown mesh axis 'z', one of x, y");
}

TEST(TextFaults, Characters) {
  EXPECT_EQ(role_fault("busy 1 @"), "1:8: unexpected character '@'");
  EXPECT_EQ(role_fault("busy \xc3\xa9"), "1:6: unexpected byte 0xc3; names with it need quotes");
  EXPECT_EQ(role_fault(".op \"open"), "1:5: string without a closing quote");
  EXPECT_EQ(role_fault(".op \"a\\q\""), "1:7: unknown escape: write \\\", \\\\ or \\x00 to \\x7f");
  EXPECT_EQ(role_fault(".op \"\xff\""), "1:6: a name must be UTF-8");
}

TEST(TextFaults, AreToldTogetherInTheOrderOfTheirLines) {
  EXPECT_EQ(fault(".role a x=0 y=0\nbusy\nbr.lt s0, 1, gone\nloop 1\n.buffer b 0\nwait e99"),
            "t.s:2:5: busy takes 1 operand, not 0: busy v\n"
            "t.s:3:14: unknown label 'gone'\n"
            "t.s:4:1: loop without an end\n"
            "t.s:5:12: expected bytes, found the end of the line\n"
            "t.s:6:6: e99 out of range, e0 to e15");
}

TEST(TextFaults, AreCappedAtFifty) {
  std::string text = ".role a x=0 y=0\n";
  for (int i = 0; i < 60; ++i) {
    text += "nonsense\n";
  }
  const std::string message = fault(text);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 50);
  EXPECT_THAT(message,
              testing::HasSubstr("t.s:51:1: unknown instruction 'nonsense'\nt.s: 10 more"));
  EXPECT_THAT(message, testing::EndsWith("t.s: 10 more faults"));
}

}  // namespace
}  // namespace weft::isa
