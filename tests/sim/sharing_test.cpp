// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric/sharing.h"

#include <gmock/gmock.h>

#include "trains/traffic.h"

namespace weft::sim {
namespace {

using ::testing::ElementsAre;

Sharing sharing_of(const ProgramSpec& spec) {
  const ContractCase built = spec.build();
  return find_sharing(isa::trace_routes(built.bundle, built.machine));
}

TEST(Sharing, PutsColorsThatShareLinksIntoOneGroup) {
  ProgramSpec spec = crossing_row(3, 2, 1, 2);  // links 1 and 2 carry two colors each
  spec.trees.push_back({3, 4, {3}, {{4, 3}}});  // the other way round: alone
  const Sharing sharing = sharing_of(spec);
  ASSERT_EQ(sharing.groups.size(), 2U);
  EXPECT_THAT(sharing.groups[0].colors, ElementsAre(0, 1, 2));
  EXPECT_EQ(sharing.groups[0].shared_links, 2);
  EXPECT_FALSE(sharing.groups[0].is_exclusive());
  EXPECT_THAT(sharing.groups[1].colors, ElementsAre(3));
  EXPECT_TRUE(sharing.groups[1].is_exclusive());
  EXPECT_EQ(sharing.text(5), "c0, c1 and c2 share 2 links, e.g. (1,0) east");
}

TEST(Sharing, SaysNothingWhereLinksAreExclusive) {
  const Sharing sharing = sharing_of(crossing_row(3, 1, 1, 2));
  EXPECT_TRUE(sharing.links.empty());
  EXPECT_EQ(sharing.text(4), "");
}

// Two colors side by side over three links: they can only be in each other's way on the first.
TEST(Sharing, KnowsWhereWordsArriveInSingleFile) {
  ProgramSpec spec = crossing_row(2, 4, 1, 2);
  const Sharing sharing = sharing_of(spec);
  ASSERT_EQ(sharing.links.size(), 3U);
  EXPECT_TRUE(sharing.links[0].joins);
  EXPECT_FALSE(sharing.links[1].joins);
  EXPECT_FALSE(sharing.links[2].joins);
  EXPECT_EQ(sharing.find(sharing.links[1].link), 1);
  EXPECT_EQ(sharing.find(4 * 5), -1);
}

// Both leave one core, by different ramps, into the same link.
TEST(Sharing, LetsWordsOfOneCoreWaitForEachOther) {
  ProgramSpec spec = crossing_row(1, 2, 1, 2);
  spec.trees.push_back({1, 0, {2}, {{0, 1}, {1, 2}}});
  const Sharing sharing = sharing_of(spec);
  ASSERT_EQ(sharing.links.size(), 2U);
  EXPECT_TRUE(sharing.links[0].joins);
  EXPECT_FALSE(sharing.links[1].joins);
}

}  // namespace
}  // namespace weft::sim
