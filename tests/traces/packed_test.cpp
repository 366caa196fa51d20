// SPDX-License-Identifier: Apache-2.0
#include "traces/packed.h"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace weft::traces {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(Packed, NumbersComeBackAsTheyWere) {
  std::mt19937_64 random(7);
  Numbers numbers = {
      0, 1, -1, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
      0};
  for (int i = 0; i < 10'000; ++i) {
    numbers.push_back(static_cast<std::int64_t>(random()) >> (random() % 64));
  }
  const auto back = unpack_numbers(pack_numbers(numbers), numbers.size());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, numbers);
}

TEST(Packed, ACountThatIsNotThatOfTheNumbersIsRefused) {
  const std::string packed = pack_numbers(Numbers{1, 2, 3});
  EXPECT_TRUE(unpack_numbers(packed, 3));
  EXPECT_FALSE(unpack_numbers(packed, 2));
  EXPECT_FALSE(unpack_numbers(packed, 4));
}

TEST(Packed, DamagedStreamsAreRefused) {
  const std::string packed = pack_numbers(Numbers(1'000, 77));
  EXPECT_FALSE(unpack_numbers(packed.substr(0, packed.size() / 2), 1'000));
  EXPECT_FALSE(unpack_numbers(packed + "x", 1'000));
  EXPECT_FALSE(unpack_numbers("", 0));
  EXPECT_FALSE(unpack_numbers(deflated(std::string(11, '\xff')), 1)) << "a varint without an end";
}

TEST(Packed, AStreamThatGrowsBeyondItsSizeIsRefused) {
  const std::string bomb = deflated(std::string(std::size_t{1} << 24, '\0'));
  EXPECT_FALSE(inflated(bomb, 1'000));
  const auto whole = inflated(bomb, std::size_t{1} << 24);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->size(), std::size_t{1} << 24);
}

TEST(Packed, Base64IsThatOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

TEST(PackedFloats, KeepSevenDigitsAndWhatIsNotThere) {
  const std::vector<double> figures = {
      0, -1.5, 1.0 / 3, 147'929.4, 6.76e-6, 1e30, std::numeric_limits<double>::quiet_NaN()};
  const auto planes = inflated(pack_floats(figures), 4 * figures.size());
  ASSERT_TRUE(planes) << planes.error().message;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    std::uint32_t bits = 0;
    for (std::size_t plane = 4; plane-- > 0;) {
      bits = bits << 8 | static_cast<unsigned char>((*planes)[plane * figures.size() + i]);
    }
    const double back = std::bit_cast<float>(bits);
    if (std::isnan(figures[i])) {
      EXPECT_TRUE(std::isnan(back));
    } else {
      EXPECT_NEAR(back, figures[i], 1e-7 * std::abs(figures[i]));
    }
  }
  EXPECT_TRUE(inflated(pack_floats({}), 0));
}

}  // namespace
}  // namespace weft::traces
