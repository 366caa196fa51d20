// SPDX-License-Identifier: Apache-2.0
#include "isa/place_groups.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
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
  std::vector<Roaming> roams;
  const auto groups = group_places(*program, places, of, &roams);
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

// Where in its buffer, as long as it is aligned and inside; and where that is at all places.
TEST(PlaceGroups, WithinBoundsAddressesDoNotMatterButAreKnown) {
  EXPECT_TRUE(alike("mul s2, s1, 4\ntd t0, b+s2, f32, [1]", AlikeIn::bounds));
  EXPECT_TRUE(alike("mul s2, s1, 16\ntd t0, b+s2, f32, [2, 2], [-2, 1]", AlikeIn::bounds));
  EXPECT_FALSE(alike("mul s2, s1, 20\ntd t0, b+s2, f32, [2]", AlikeIn::bounds)) << "past the end";
  EXPECT_FALSE(alike("mul s2, s1, -4\ntd t0, b+s2, f32, [1]", AlikeIn::bounds)) << "before it";
  EXPECT_FALSE(
      alike("mul s2, s1, 2\nadd s2, s2, 2\nadd s2, s2, s1\ntd t0, b+s2, f32, [1]", AlikeIn::bounds))
      << "not aligned";
  const Bundle bundle = bundle_of(
      ".bundle 1\n.role r x=0 y=0:3\n.buffer b 0x1000 64\ncsrr s1, ty\nmul s2, s1, 8\n"
      "add s2, s2, 4\ntd t0, b+s2, f32, [2]\ntd t1, b, f32, [4]\nhalt\n");
  const auto program = resolve_program(bundle.roles(0));
  ASSERT_TRUE(program.ok());
  const std::vector<Coordinates> places = {{0, 1, 1, 4, {}}, {0, 3, 1, 4, {}}};
  std::vector<Roaming> roams;
  ASSERT_TRUE(group_places(*program, places, AlikeIn::bounds, &roams).has_value());
  ASSERT_EQ(roams.size(), 6U);
  EXPECT_EQ(roams[3].first, 12);
  EXPECT_EQ(roams[3].last, 36);
  EXPECT_FALSE(roams[4].anywhere());
}

std::string random_scalars(std::mt19937& random) {
  const auto below = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  const auto reg = [&] { return fmt::format("s{}", 1 + below(4)); };
  std::string code = "li s2, 3\nli s3, 70000\nli s4, -2\n";
  for (int i = 0; i < 14; ++i) {
    constexpr std::array kOps{"add", "sub", "mul", "min", "max", "div", "mod"};
    const std::string op = kOps[random() % kOps.size()];
    const bool divides = op == "div" || op == "mod";
    const std::string right = divides         ? std::to_string(1 + below(9))
                              : below(2) == 0 ? reg()
                                              : std::to_string(below(9) - 4);
    code += fmt::format("{} {}, {}, {}\n", op, reg(), reg(), right);
  }
  return code;
}

// What is added and multiplied alike is not looked at lane by lane; numbers wrap as they do there.
TEST(PlaceGroups, RandomArithmeticIsThatOfEachPlace) {
  std::mt19937 random(11);
  int apart = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string code = random_scalars(random) + "td t0, b, f32, [s1]";
    const Bundle bundle = bundle_of(
        ".bundle 1\n.role r x=0 y=0:3\n.buffer b 0x1000 64\ncsrr s1, ty\n" + code + "\nhalt\n");
    const auto program = resolve_program(bundle.roles(0));
    ASSERT_TRUE(program.ok());
    const auto at_end = [&](int y) {
      ProgramState state;
      while (step_core(*program, {0, y, 1, 4, {}}, state) != CoreStep::halt) {
      }
      return state.s[1];
    };
    const bool same = at_end(1) == at_end(3);
    apart += same ? 0 : 1;
    ASSERT_EQ(alike(code, AlikeIn::timing), same) << "round " << round << "\n" << code;
  }
  EXPECT_GT(apart, 50);
}

// Nobody looks where a descriptor without elements lies.
TEST(PlaceGroups, WhereAnEmptyDescriptorLiesDoesNotMatter) {
  EXPECT_TRUE(alike_for_both("mul s2, s1, 4\ntd t0, b+s2, f32, [0]"));
}

}  // namespace
}  // namespace weft::isa
