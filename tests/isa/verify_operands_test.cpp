// SPDX-License-Identifier: Apache-2.0
// The smallest programs that break the rules of executed instructions: scalars, descriptors,
// shapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "verify_case.h"

namespace weft::isa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A role on tile (0,0) with a buffer of 64 bytes.
std::vector<std::string> run(const std::string& code) {
  return violations_loaded(".probe p replicated size=2\n.role r x=0 y=0\n.buffer x 128 64\n" +
                           code + "halt\n");
}

TEST(VerifyOperands, Scalars) {
  EXPECT_THAT(run("li s0, 4\ncsrr s1, tx\ndiv s0, s0, s1\n"),
              ElementsAre("tile (0,0), role r, instruction 2 (div): divides by 0; a divisor is "
                          "above 0"));
  EXPECT_THAT(run("li s0, 4\nmod s0, s0, -2\n"),
              ElementsAre("tile (0,0), role r, instruction 1 (mod): divides by -2; a divisor is "
                          "above 0"));
  EXPECT_THAT(run("li s0, 4\ndiv s0, s0, 2\n"), IsEmpty());
}

TEST(VerifyOperands, LoopCounts) {
  EXPECT_THAT(run("li s0, -1\nloop s0\nend\n"),
              ElementsAre("tile (0,0), role r, instruction 1 (loop): runs -1 times; a loop runs 0 "
                          "to 16777216 times"));
  EXPECT_THAT(run("loop 20000000\nend\n"),
              ElementsAre("tile (0,0), role r, instruction 0 (loop): runs 20000000 times; a loop "
                          "runs 0 to 16777216 times"));
  EXPECT_THAT(run("loop 16777216\nloop 16\nend\nend\n"),
              ElementsAre("tile (0,0), role r, instruction 2 (end): the program runs more than "
                          "2^28 instructions; bound its loops"));
  EXPECT_THAT(run("loop 0\ndiv s0, s0, 0\nend\n"), IsEmpty()) << "what is not executed is not run";
}

TEST(VerifyOperands, UndefinedDescriptors) {
  EXPECT_THAT(run("vfill t3, 1\n"),
              ElementsAre("tile (0,0), role r, instruction 0 (vfill): t3 names no memory yet; "
                          "write it with td first"));
}

TEST(VerifyOperands, DescriptorsInsideTheirBuffers) {
  const std::string mend = "; mend offset, dimensions or strides, or widen the buffer";
  EXPECT_THAT(run("td t0, x+8, f32, [4, 4]\n"),
              ElementsAre("tile (0,0), role r, instruction 0 (td): t0 [4, 4] takes bytes 8 to 71 "
                          "of buffer x, which has 64" +
                          mend));
  EXPECT_THAT(run("td t0, x+8, f32, [4], [-1]\n"),
              ElementsAre("tile (0,0), role r, instruction 0 (td): t0 [4] takes bytes -4 to 11 of "
                          "buffer x, which has 64" +
                          mend));
  EXPECT_THAT(run("td t0, x+12, f32, [4], [-1]\n"), IsEmpty());
  EXPECT_THAT(run("li s0, 6\nloop 3\ntd t0, x, f32, [s0, 2]\nadd s0, s0, 2\nend\n"),
              ElementsAre("tile (0,0), role r, instruction 2 (td): t0 [10, 2] takes bytes 0 to 79 "
                          "of buffer x, which has 64" +
                          mend));
  EXPECT_THAT(run("td t0, x, f32, [2, 2], [0x7fffffff, 0x7fffffff]\n"),
              ElementsAre(testing::HasSubstr("of buffer x, which has 64" + mend)));
  EXPECT_THAT(run("li s0, 0\ntd t0, x+4096, f32, [s0, 8]\nvfill t0, 1\n"), IsEmpty())
      << "without elements it touches nothing";
}

TEST(VerifyOperands, DescriptorsThatMakeSense) {
  EXPECT_THAT(run("li s0, -3\ntd t0, x, f32, [s0]\n"),
              ElementsAre("tile (0,0), role r, instruction 1 (td): dimension 0 is -3; a dimension "
                          "is 0 or more"));
  EXPECT_THAT(run("td t0, x, f32, [65536, 65536], [0, 0]\n"),
              ElementsAre("tile (0,0), role r, instruction 0 (td): t0 [65536, 65536] has more than "
                          "2^31 elements; mend its dimensions"));
  EXPECT_THAT(run("td t0, x+2, f32, [4]\n"),
              ElementsAre("tile (0,0), role r, instruction 0 (td): t0 begins at byte 130, not a "
                          "multiple of its 4-byte elements; align buffer x or the offset"));
  EXPECT_THAT(run("td t0, x+2, f16, [4]\n"), IsEmpty());
}

TEST(VerifyOperands, Shapes) {
  EXPECT_THAT(run("td t0, x, f32, [2, 3]\ntd t1, x, f16, [2, 4]\ntd t2, x, f16, [5, 3]\n"
                  "mm t0, t1, t2, 1\n"),
              ElementsAre("tile (0,0), role r, instruction 3 (mm): has t0 f32 [2, 3], t1 f16 "
                          "[2, 4], t2 f16 [5, 3]; it needs C [.., N], A [.., K], B [K, N]"));
}

struct ShapeCase {
  const char* instruction;
  const char* good;  ///< shapes of t0, t1, … as the instruction names them
  const char* bad;
};

// Splits "[2, 3] [3]" at the closing brackets and declares f32 registers, `i32:` before one its
// type.
std::string declare(const std::string& shapes) {
  std::string code;
  int t = 0;
  for (std::size_t at = 0; at < shapes.size();) {
    const std::size_t open = shapes.find('[', at);
    const std::size_t close = shapes.find(']', open);
    const bool integer = shapes.compare(at, 4, "i32:") == 0;
    code += "td t" + std::to_string(t++) + ", x, " + (integer ? "i32" : "f32") + ", " +
            shapes.substr(open, close - open + 1) + "\n";
    at = close + 2;
  }
  return code;
}

TEST(VerifyOperands, EveryShapeRuleHasTwoSides) {
  const ShapeCase cases[] = {
      {"mm t0, t1, t2, 1", "[2, 3] [2, 4] [4, 3]", "[2, 3] [2, 4] [4, 2]"},
      {"mm.acc t0, t1, t2, 1", "[3] [4] [4, 3]", "[2, 3] [1, 4] [4, 3]"},
      {"v2.add t0, t1, t2", "[2, 3] [2, 3] [2, 3]", "[2, 3] [2, 3] [3, 2]"},
      {"v2.expsub t0, t1, t2", "[2, 3] [2, 3] [2, 3]", "[2, 3] [3] [2, 3]"},
      {"v1.cpy t0, t1", "[4] [4, 1]", "[4] [5]"},
      {"mask t0, 0, 0, 1", "[2, 3]", "[6]"},
      {"rope t0, t1, t2, t3", "[2, 1, 4] [2, 1, 4] [2, 2] [2, 2]",
       "[2, 1, 4] [2, 1, 4] [2, 4] [2, 4]"},
      {"norm.rms t0, t1, t2, t3, 8, 1e-5", "[2, 4] [2, 4] [4] [2]", "[2, 4] [2, 4] [2] [2]"},
      {"gath t0, t1, t2, 0", "[2, 4] [3, 4] i32:[2]", "[2, 4] [3, 4] [2]"},
      {"vred.sum t0, t1", "[2, 2] [2, 2, 3]", "[4] [2, 2, 3]"},
      {"vred.argmax t0, t1, 0, 9", "[2, 2] [2, 5]", "[2, 1] [2, 5]"},
      {"probe p, t0, 0, 0", "[3, 2]", "[2, 3]"},
      {"probe p, t0, 3, 1", "[3, 2]", "[2, 2, 2]"},
  };
  for (const ShapeCase& shape : cases) {
    EXPECT_THAT(run(declare(shape.good) + shape.instruction + "\n"), IsEmpty())
        << shape.instruction << " " << shape.good;
    EXPECT_THAT(run(declare(shape.bad) + shape.instruction + "\n"),
                ElementsAre(testing::HasSubstr("it needs ")))
        << shape.instruction << " " << shape.bad;
  }
}

TEST(VerifyOperands, ProbesInRange) {
  EXPECT_THAT(run("td t0, x, f32, [2, 3]\nprobe p, t0, 0, 0\n"),
              ElementsAre("tile (0,0), role r, instruction 1 (probe): shows t0 [2, 3] from row 0, "
                          "index 0; it needs [rows, at most 2 columns], rows below 16777216 and an "
                          "index of 0 to 65535"));
  EXPECT_THAT(run("td t0, x, f32, [2, 2]\nprobe p, t0, -1, 0\n"), testing::SizeIs(1));
  EXPECT_THAT(run("td t0, x, f32, [2, 2]\nprobe p, t0, 0, -1\n"), testing::SizeIs(1));
}

TEST(VerifyOperands, SaysARuleOnceForAllTilesOfARole) {
  EXPECT_THAT(violations(".role r x=0:2 y=0:1\nloop 5\ndiv s0, s0, 0\nend\nhalt\n"),
              ElementsAre("tile (0,0), role r, instruction 1 (div): divides by 0; a divisor is "
                          "above 0"));
}

}  // namespace
}  // namespace weft::isa
