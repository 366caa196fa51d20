// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <set>

#include "bench/measure.h"
#include "bench/measurements.h"
#include "bench/report.h"

namespace weft::bench {
namespace {

using testing::HasSubstr;

TEST(Figure, RatesAreReachedFromBelow) {
  const Figure figure{"M/s", 1e6, Kind::rate, 100, 150};
  EXPECT_DOUBLE_EQ(figure.value(3e8, 2), 150);
  EXPECT_EQ(figure.reached(99.9), "no");
  EXPECT_EQ(figure.reached(100), "at least");
  EXPECT_EQ(figure.reached(149.9), "at least");
  EXPECT_EQ(figure.reached(150), "aim");
}

TEST(Figure, SecondsAndPeaksAreReachedFromAbove) {
  const Figure seconds{"s", 1, Kind::seconds, 1, 0.5};
  EXPECT_DOUBLE_EQ(seconds.value(4, 2), 0.5);
  EXPECT_EQ(seconds.reached(1.01), "no");
  EXPECT_EQ(seconds.reached(1), "at least");
  EXPECT_EQ(seconds.reached(0.5), "aim");
  const Figure peak{"MB", 1e6, Kind::peak, 200, 100};
  EXPECT_DOUBLE_EQ(peak.value(5e6, 2), 5);
  EXPECT_EQ(peak.reached(150), "at least");
}

TEST(Figure, AimsLieBeyondWhatIsAskedAtLeast) {
  std::set<std::string> seen;
  for (const Measurement& measurement : measurements()) {
    EXPECT_FALSE(measurement.figures.empty());
    for (const Figure& figure : measurement.figures) {
      EXPECT_TRUE(seen.insert(measurement.name + figure.unit).second) << measurement.name;
      EXPECT_EQ(figure.reached(figure.at_least), "at least") << measurement.name;
      EXPECT_EQ(figure.reached(figure.aim), "aim") << measurement.name;
    }
  }
}

TEST(Measure, TheMedianIsWhatLiesInTheMiddle) {
  EXPECT_EQ(median({5}), 5);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({9, 1, 5, 4, 100}), 5);
  EXPECT_EQ(median({1, 2}), 1.5);
}

TEST(Measure, FilterTakesPartsOfNamesInAnyCase) {
  ASSERT_TRUE(chosen("").ok());
  EXPECT_EQ(chosen("")->size(), measurements().size());
  ASSERT_EQ(chosen("gemm")->size(), 1U);
  EXPECT_EQ(chosen("gemm")->front().name, "tile GEMM 32x32x32 fp16 -> fp32");
  EXPECT_EQ(chosen("dataflow")->size(), 2U);
}

TEST(Measure, AFilterThatFitsNothingIsRefusedWithTheNearestName) {
  const auto none = chosen("vectro");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::input);
  EXPECT_THAT(none.error().message, HasSubstr("(did you mean 'vector'?)"));
  EXPECT_THAT(none.error().message, HasSubstr("load, verify, elaborate wse2"));
}

TEST(Report, TheTableSaysWhatIsReachedAndOnWhat) {
  const Host host{"a processor", {"avx2", "avx2", "plain"}, 12.34};
  const std::string text = table({{"walks", "km/h", 4.567, 3, 5, false, "at least", "uphill"},
                                  {"rests", "s", 2, 1, 0.5, true, "no", ""}},
                                 host);
  EXPECT_THAT(text, HasSubstr("walks"));
  EXPECT_THAT(text, HasSubstr("4.57  km/h"));
  EXPECT_THAT(text, HasSubstr("<= 1  <= 0.5  no\n"));
  EXPECT_THAT(text, HasSubstr("a processor; 1 thread; copies 12.3 GB/s"));
  EXPECT_THAT(text, HasSubstr("products avx2, dataflow avx2, word plain"));
  EXPECT_THAT(text, HasSubstr("walks: uphill"));
}

}  // namespace
}  // namespace weft::bench
