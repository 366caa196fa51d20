// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <limits>

#include "base/yaml/units.h"

namespace weft {
namespace {

std::int64_t integer(std::string_view text, base::Unit unit) {
  const Result<WideInteger> value = parse_integer(text, unit);
  EXPECT_TRUE(value.ok()) << text << ": " << value.error().message;
  return value.ok() ? static_cast<std::int64_t>(*value) : -1;
}

double real(std::string_view text, base::Unit unit) {
  const Result<double> value = parse_real(text, unit);
  EXPECT_TRUE(value.ok()) << text << ": " << value.error().message;
  return value.ok() ? *value : -1;
}

TEST(YamlUnits, scales) {
  EXPECT_EQ(integer("3 B", base::UNIT_BYTES), 3);
  EXPECT_EQ(integer("3 kB", base::UNIT_BYTES), 3000);
  EXPECT_EQ(integer("3 KiB", base::UNIT_BYTES), 3072);
  EXPECT_EQ(integer("3KiB", base::UNIT_BYTES), 3072);
  EXPECT_EQ(integer("1.5 KiB", base::UNIT_BYTES), 1536);
  EXPECT_EQ(integer("0.3 GB", base::UNIT_BYTES), 300'000'000);
  EXPECT_EQ(integer("2 MB", base::UNIT_BYTES), 2'000'000);
  EXPECT_EQ(integer("2 MiB", base::UNIT_BYTES), 2'097'152);
  EXPECT_EQ(integer("2 GiB", base::UNIT_BYTES), 2'147'483'648);
  EXPECT_EQ(integer("-4 cycles", base::UNIT_CYCLES), -4);
  EXPECT_EQ(integer("1 cycle", base::UNIT_CYCLES), 1);
  EXPECT_EQ(integer("32 bits", base::UNIT_BITS), 32);
  EXPECT_EQ(integer("16 B/cycle", base::UNIT_BYTES_PER_CYCLE), 16);
  EXPECT_EQ(integer("3000 fJ", base::UNIT_PICOJOULES), 3);
  EXPECT_EQ(real("0.85 GHz", base::UNIT_HERTZ), 850e6);
  EXPECT_EQ(real("8.5e2 MHz", base::UNIT_HERTZ), 850e6);
  EXPECT_EQ(real("7 fJ", base::UNIT_PICOJOULES), 0.007);
  EXPECT_EQ(real("2 nJ", base::UNIT_PICOJOULES), 2000);
}

TEST(YamlUnits, integers_read_back) {
  for (const base::Unit unit :
       {base::UNIT_NONE, base::UNIT_BYTES, base::UNIT_HERTZ, base::UNIT_CYCLES, base::UNIT_BITS,
        base::UNIT_BYTES_PER_CYCLE, base::UNIT_PICOJOULES}) {
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1000},
          std::int64_t{1024}, std::int64_t{65537}, std::int64_t{850'000'000},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
      EXPECT_EQ(integer(format_integer(value, unit), unit), value) << format_integer(value, unit);
    }
  }
}

TEST(YamlUnits, reals_read_back) {
  for (const base::Unit unit : {base::UNIT_NONE, base::UNIT_BYTES, base::UNIT_HERTZ,
                                base::UNIT_CYCLES, base::UNIT_PICOJOULES}) {
    for (const double value :
         {0.0, 1.0, -1.0, 0.1, 1.0 / 3, 850e6, 875e6, 1.1e9, 1e-9, 1e11, 123456789.123,
          std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min()}) {
      EXPECT_EQ(real(format_real(value, unit), unit), value) << format_real(value, unit);
    }
  }
}

TEST(YamlUnits, reads_well) {
  EXPECT_EQ(format_integer(131072, base::UNIT_BYTES), "128 KiB");
  EXPECT_EQ(format_integer(3000, base::UNIT_BYTES), "3000 B");
  EXPECT_EQ(format_integer(0, base::UNIT_BYTES), "0 B");
  EXPECT_EQ(format_integer(0, base::UNIT_CYCLES), "0 cycles");
  EXPECT_EQ(format_integer(1, base::UNIT_CYCLES), "1 cycle");
  EXPECT_EQ(format_integer(1, base::UNIT_BITS), "1 bit");
  EXPECT_EQ(format_real(850e6, base::UNIT_HERTZ), "850 MHz");
  EXPECT_EQ(format_real(1.1e9, base::UNIT_HERTZ), "1.1 GHz");
  EXPECT_EQ(format_real(0.5, base::UNIT_PICOJOULES), "500 fJ");
}

}  // namespace
}  // namespace weft
