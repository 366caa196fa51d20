// SPDX-License-Identifier: Apache-2.0
#include "isa/place_groups.h"

#include <gtest/gtest.h>

#include <string>

#include "verify_case.h"

namespace weft::isa {
namespace {

/// Whether the tiles (0, 1) and (0, 3) of a region walk a program alike.
bool alike(const std::string& code, AlikeIn of) {
  const Bundle bundle = bundle_of(
      ".bundle 1\n.role r x=0 y=0:3\n.buffer b 0x1000 64\ncsrr s1, ty\n" + code + "\nhalt\n");
  const auto program = resolve_program(bundle.roles(0));
  EXPECT_TRUE(program.ok());
  const std::vector<Coordinates> places = {{0, 1, 1, 4, {}}, {0, 3, 1, 4, {}}};
  const auto groups = group_places(*program, places, of);
  EXPECT_TRUE(groups.has_value());
  return groups->front() == groups->back();
}

bool alike_for_both(const std::string& code) {
  EXPECT_EQ(alike(code, AlikeIn::timing), alike(code, AlikeIn::checks)) << code;
  return alike(code, AlikeIn::timing);
}

TEST(PlaceGroups, TellsTilesApartByWhatTheirCoordinatesChange) {
  EXPECT_TRUE(alike_for_both("add s2, s1, 1"));
  EXPECT_FALSE(alike_for_both("br.lt s1, 2, on\nli s3, 1\non:"));
  EXPECT_TRUE(alike_for_both("br.lt s1, 1, on\nli s3, 1\non:"));
  EXPECT_FALSE(alike_for_both("loop s1\nli s3, 1\nend"));
  EXPECT_FALSE(alike_for_both("busy s1"));
  EXPECT_FALSE(alike_for_both("td t0, b, f32, [s1]"));
  EXPECT_FALSE(alike_for_both("td t0, b, f32, [2, 2], [s1, 1]"));
  EXPECT_TRUE(alike_for_both("div s2, s1, 4\ntd t0, b, f32, [s2]"));
}

TEST(PlaceGroups, AddressesAndDivisorsMatterToChecksOnly) {
  for (const std::string code : {"mul s2, s1, 4\ntd t0, b+s2, f32, [1]", "li s2, 7\ndiv s2, s2, s1",
                                 "li s2, 7\nmod s2, s2, s1"}) {
    EXPECT_TRUE(alike(code, AlikeIn::timing)) << code;
    EXPECT_FALSE(alike(code, AlikeIn::checks)) << code;
  }
}

// Nobody looks where a descriptor without elements lies.
TEST(PlaceGroups, WhereAnEmptyDescriptorLiesDoesNotMatter) {
  EXPECT_TRUE(alike_for_both("mul s2, s1, 4\ntd t0, b+s2, f32, [0]"));
}

}  // namespace
}  // namespace weft::isa
