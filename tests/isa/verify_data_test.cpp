// SPDX-License-Identifier: Apache-2.0
// What counts as written and as read: loads, arithmetic, receives, strides, caches, padding.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "isa/verify.h"
#include "isa/verify/written.h"
#include "verify_case.h"

namespace weft::isa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A role on tile (0,0) with buffers of 64 bytes; the code begins at instruction 3.
std::vector<std::string> run(const std::string& code, const std::string& head = "") {
  return violations(head +
                    ".probe p block along=x size=3 local=2 parts=2\n.region 0 0 3 2\n"
                    ".role r x=0 y=0\n.buffer x 512 64\n.buffer y 576 64\n"
                    "td t0, x, f32, [4]\ntd t1, x, f32, [8], [2]\ntd t2, y, f32, [4]\n" +
                    code + "halt\n");
}

std::string reads(int pc, const char* mnemonic, int t, const char* bytes, const char* buffer) {
  return "tile (0,0), role r, instruction " + std::to_string(pc) + " (" + mnemonic + "): reads t" +
         std::to_string(t) + ", and nothing has written bytes " + bytes + " of buffer " + buffer +
         " before; compute, receive or load them first";
}

TEST(VerifyData, OperandsThatNothingWrote) {
  EXPECT_THAT(run("v1.cpy t2, t0\n"), ElementsAre(reads(3, "v1.cpy", 0, "0 to 15", "x")));
  EXPECT_THAT(run("vfill t0, 1\nv1.cpy t2, t0\n"), IsEmpty());
  EXPECT_THAT(run("v2.add t0, t0, t0\n"), ElementsAre(reads(3, "v2.add", 0, "0 to 15", "x")))
      << "it reads before it writes";
  EXPECT_THAT(run("v1.cpy t2, t0\nv1.cpy t0, t2\n"), testing::SizeIs(1))
      << "what it wrote is written, whatever it read";
  EXPECT_THAT(run("vfill t0, 1\ntd t3, x+8, f32, [3]\nvred.sum t2, t3\n"),
              testing::Contains(reads(5, "vred.sum", 3, "16 to 19", "x")));
}

TEST(VerifyData, OldContentsOfADestination) {
  EXPECT_THAT(run("vfill t2, 1\ntd t3, y, f32, [1, 1]\ntd t4, x, f32, [1, 1]\n"
                  "mm.acc t4, t3, t3, 1\n"),
              ElementsAre(reads(6, "mm.acc", 4, "0 to 3", "x")));
  EXPECT_THAT(run("vfill t2, 1\ntd t3, y, f32, [1, 1]\ntd t4, x, f32, [1, 1]\n"
                  "mm t4, t3, t3, 1\nmm.acc t4, t3, t3, 1\n"),
              IsEmpty());
  const std::string masked = "td t4, x, f32, [2, 2]\ntd t5, y, f32, [2, 2]\n";
  EXPECT_THAT(run(masked + "mask t4, 0, 0, 1\nv1.cpy t5, t4\n"),
              ElementsAre(reads(6, "v1.cpy", 4, "0 to 15", "x")))
      << "a mask leaves most elements as they were";
}

TEST(VerifyData, Strides) {
  EXPECT_THAT(run("vfill t1, 1\nv1.cpy t2, t0\n"),
              ElementsAre(reads(4, "v1.cpy", 0, "4 to 7", "x")));
  EXPECT_THAT(run("vfill t1, 1\ntd t3, x+4, f32, [4], [4]\nv1.cpy t2, t3\n"),
              ElementsAre(reads(5, "v1.cpy", 3, "4 to 7", "x")));
  EXPECT_THAT(run("vfill t1, 1\ntd t3, x, f32, [4], [4]\nv1.cpy t2, t3\n"), IsEmpty());
  EXPECT_THAT(run("vfill t1, 1\ntd t3, x+56, f32, [4], [-4]\nv1.cpy t2, t3\n"), IsEmpty());
  EXPECT_THAT(run("td t3, x+8, f32, [1]\nvfill t3, 1\ntd t4, x+8, f32, [4], [0]\nv1.cpy t2, t4\n"),
              IsEmpty())
      << "a broadcast reads one element";
  EXPECT_THAT(run("vfill t1, 1\ntd t3, x+4, f32, [8], [2]\nvfill t3, 1\n"
                  "td t4, x, f32, [16]\ntd t5, y, f32, [16]\nv1.cpy t5, t4\n"),
              IsEmpty())
      << "two halves make a whole";
  EXPECT_THAT(run("vfill t0, 1\ntd t3, x, f16, [8]\ntd t4, y, f16, [8]\nv1.cpy t4, t3\n"),
              IsEmpty())
      << "bytes count, not types";
}

TEST(VerifyData, CachesGrow) {
  const std::string cache = "td t3, x+48, f32, [4]\nvfill t3, 1\nli s0, 0\nloop 3\nadd s1, s0, ";
  const std::string body =
      "\nmul s2, s0, 16\ntd t4, x+s2, f32, [4]\nv1.cpy t4, t3\n"
      "td t5, x, f32, [s1, 4]\ntd t6, y, f32, [s1, 4]\nv1.cpy t6, t5\nadd s0, s0, 1\nend\n";
  EXPECT_THAT(run(cache + "1" + body), IsEmpty());
  EXPECT_THAT(run(cache + "2" + body), ElementsAre(reads(13, "v1.cpy", 5, "16 to 31", "x")));
}

TEST(VerifyData, Loads) {
  EXPECT_THAT(run("v1.cpy t2, t0\n",
                  ".load host.w x f32 rows=(replicated size=1) columns=(replicated size=4)\n"),
              IsEmpty());
  EXPECT_THAT(
      run("v1.cpy t2, t0\n",
          ".load host.w x f32 rows=(replicated size=1) columns=(block along=x size=5 parts=3)\n"),
      ElementsAre(reads(3, "v1.cpy", 0, "8 to 15", "x")))
      << "two elements of four";
  EXPECT_THAT(run("td t3, x, f32, [2]\ntd t4, y, f32, [2]\nv1.cpy t4, t3\n",
                  ".load host.w x f32 rows=(replicated size=1) columns=(block along=y size=1 "
                  "local=2 parts=2)\n"),
              IsEmpty())
      << "the padding of a load is zeros";
  EXPECT_THAT(run("v1.cpy t2, t0\n",
                  ".load host.w x+4 f32 rows=(replicated size=4) columns=(replicated size=1) "
                  "strides=[2, 1]\n"),
              ElementsAre(reads(3, "v1.cpy", 0, "0 to 3", "x")));
}

TEST(VerifyData, ReadsOfWhatIsUsed) {
  EXPECT_THAT(run("td t3, x, f32, [1, 4]\ntd t4, x, f32, [1, 3]\nvfill t4, 1\n"
                  "td t5, y, f32, [1, 2]\nvred.argmax t5, t3, 10, 13\n"),
              IsEmpty())
      << "ids at the limit and past it are ignored";
  EXPECT_THAT(run("td t3, x, f32, [1, 4]\ntd t4, x, f32, [1, 3]\nvfill t4, 1\n"
                  "td t5, y, f32, [1, 2]\nvred.argmax t5, t3, 10, 14\n"),
              ElementsAre(reads(7, "vred.argmax", 3, "12 to 15", "x")));
  // Tile (1,0) holds logical column 2 and padding; tile (0,1) repeats tile (0,0).
  const auto probe = [](const std::string& tile, const std::string& columns) {
    return violations(".probe p block along=x size=3 local=2 parts=2\n.region 0 0 2 2\n.role r " +
                      tile + "\n.buffer x 512 64\ntd t0, x, f32, [1, " + columns +
                      "]\nvfill t0, 1\ntd t0, x, f32, [1, 2]\nprobe p, t0, 0, 0\nhalt\n");
  };
  EXPECT_THAT(probe("x=0 y=0", "2"), IsEmpty());
  EXPECT_THAT(probe("x=0 y=0", "1"), ElementsAre(reads(3, "probe", 0, "4 to 7", "x")));
  EXPECT_THAT(probe("x=1 y=0", "1"), IsEmpty()) << "padding is not shown";
  EXPECT_THAT(probe("x=0 y=1", "1"), IsEmpty()) << "another tile shows it";
}

TEST(VerifyData, StoresTooFineToFollowCountAsNone) {
  Descriptor fine{.base = 0, .buffer = 0, .dtype = DType::f16, .rank = 1};
  fine.dims = {static_cast<int>(WrittenBytes::kMostPieces), 1, 1};
  fine.strides = {2, 0, 0};
  WrittenBytes written(1);
  written.write(fine);
  EXPECT_FALSE(written.missing(fine));
  Descriptor more = fine;
  more.base = 4 * static_cast<int>(WrittenBytes::kMostPieces);
  more.dims[0] = 1;
  written.write(more);
  EXPECT_TRUE(written.missing(more)) << "no room for a piece more";
  Descriptor between = fine;
  between.base = 2;
  written.write(between);
  written.write(more);
  EXPECT_FALSE(written.missing(more)) << "once the gaps are filled there is";
  fine.dims[0] += 1;
  WrittenBytes other(1);
  other.write(fine);
  EXPECT_TRUE(other.missing(fine));
}

// Against a flag a byte: any mix of stores and reads.
TEST(VerifyData, PiecesAgreeWithAFlagForEachByte) {
  constexpr int kBytes = 256;
  std::mt19937 random(5);
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  int whole = 0;
  for (int round = 0; round < 3000; ++round) {
    WrittenBytes written(2);
    std::vector<bool> flags(kBytes);
    for (int step = 0; step < 12; ++step) {
      Descriptor d;
      d.buffer = static_cast<std::int16_t>(pick(2));
      d.dtype = pick(2) == 0 ? DType::f32 : DType::f16;
      d.rank = static_cast<std::uint8_t>(1 + pick(3));
      for (std::size_t i = 0; i < d.rank; ++i) {
        d.dims[i] = pick(6);
        d.strides[i] = pick(13) - 4;
      }
      d.base = bytes_of(d.dtype) * pick(kBytes / bytes_of(d.dtype));
      const ByteRange range = range_of(d);
      if (range.first < 0 || range.last > kBytes) {
        continue;
      }
      std::vector<std::int64_t> bytes;
      for (int i = 0; i < d.dims[0]; ++i) {
        for (int j = 0; j < d.dims[1]; ++j) {
          for (int k = 0; k < d.dims[2]; ++k) {
            for (int b = 0; b < bytes_of(d.dtype); ++b) {
              bytes.push_back(d.base + b +
                              bytes_of(d.dtype) *
                                  (i * d.strides[0] + j * d.strides[1] + k * d.strides[2]));
            }
          }
        }
      }
      const auto missing = written.missing(d);
      std::int64_t first = INT64_MAX;
      for (const std::int64_t byte : bytes) {
        first = flags[static_cast<std::size_t>(byte)] ? first : std::min(first, byte);
      }
      ASSERT_EQ(missing.has_value(), first != INT64_MAX) << "round " << round;
      if (missing) {
        ASSERT_TRUE(missing->first <= first && first < missing->last) << "round " << round;
      }
      whole += !missing && !bytes.empty() ? 1 : 0;
      if (pick(3) > 0) {
        written.write(d);
        for (const std::int64_t byte : bytes) {
          flags[static_cast<std::size_t>(byte)] = true;
        }
      }
    }
  }
  EXPECT_GT(whole, 1000);
}

}  // namespace
}  // namespace weft::isa
