// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gmock/gmock.h>

#include <limits>

namespace weft {
namespace {

TEST(NearestName, forgives_small_slips) {
  const std::vector<std::string> names = {"sram", "read_bandwidth", "write_bandwidth",
                                          "hop_latency"};
  EXPECT_EQ(nearest_name("sarm", names), "sram");
  EXPECT_EQ(nearest_name("SRAM", names), "sram");
  EXPECT_EQ(nearest_name("srm", names), "sram");
  EXPECT_EQ(nearest_name("read_bandwith", names), "read_bandwidth");
  EXPECT_EQ(nearest_name("hoplatency", names), "hop_latency");
}

TEST(NearestName, suggests_nothing_far_away) {
  const std::vector<std::string> names = {"sram", "x"};
  EXPECT_EQ(nearest_name("frequency", names), "");
  EXPECT_EQ(nearest_name("y", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 's'), names), "");
  EXPECT_EQ(nearest_name("sram", {}), "");
}

TEST(NearestName, the_first_of_equals) {
  const std::vector<std::string> names = {"mesh8", "mesh7"};
  EXPECT_EQ(nearest_name("mesh9", names), "mesh8");
  EXPECT_EQ(did_you_mean("mesh9", names), " (did you mean 'mesh8'?)");
  EXPECT_EQ(did_you_mean("zebra", names), "");
}

TEST(ContentHash, is_xxh3_128) {
  EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(content_hash("a").size(), 32u);
  EXPECT_NE(content_hash("a"), content_hash("b"));
  EXPECT_NE(content_hash(std::string("a\0", 2)), content_hash("a"));
}

TEST(WithCommas, groups_thousands) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(12345678), "12,345,678");
  EXPECT_EQ(with_commas(-100), "-100");
  EXPECT_EQ(with_commas(-1000), "-1,000");
  EXPECT_EQ(with_commas(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(HumanBytes, uses_powers_of_two) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes(27955), "27.3 KiB");
  EXPECT_EQ(human_bytes(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(human_bytes(std::int64_t{8} << 20), "8.0 MiB");
  EXPECT_EQ(human_bytes(std::int64_t{3} << 30), "3.0 GiB");
  EXPECT_EQ(human_bytes(-2048), "-2.0 KiB");
}

}  // namespace
}  // namespace weft
