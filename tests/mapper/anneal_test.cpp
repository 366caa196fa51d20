// SPDX-License-Identifier: Apache-2.0
#include "mapper/anneal.h"

#include <gtest/gtest.h>

namespace weft::mapper {
namespace {

Mapping five_chains() {
  Mapping mapping;
  for (int op = 0; op < 5; ++op) {
    Mapping::Collective& entry = *mapping.add_collectives();
    entry.set_op(static_cast<Mapping::Op>(op));
    entry.set_axis(op < 3 ? Mapping::Collective::AXIS_X : Mapping::Collective::AXIS_Y);
    entry.set_algorithm(Mapping::Collective::ALGORITHM_CHAIN);
  }
  for (int x = 0; x < 3; ++x) {
    mapping.add_regions()->set_x(x);
  }
  mapping.mutable_layouts()->set_head_columns(4);
  return mapping;
}

/// 100 for each collective that is no tree; the first region wants to lie in the east.
Result<AnnealCost> trees_are_best(const Mapping& mapping) {
  double cycles = 1000 - 50 * mapping.regions(0).x();
  for (const auto& entry : mapping.collectives()) {
    cycles += entry.algorithm() == Mapping::Collective::ALGORITHM_TREE ? 0 : 100;
  }
  return AnnealCost{cycles, cycles};
}

TEST(Anneal, FindsTheLeastOfASmallSpace) {
  const auto found = anneal(five_chains(), {400, 7, true}, trees_are_best);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->first.cycles, 1500);
  EXPECT_EQ(found->least.cycles, 900);
  EXPECT_EQ(trees_are_best(found->best)->cycles, 900);
  EXPECT_EQ(found->model_error, 0);
  EXPECT_EQ(found->visits, 400);
}

TEST(Anneal, TheSameSeedGivesTheSameMappingAndRegionsStayIfTheyAreToStay) {
  const auto one = anneal(five_chains(), {30, 3, false}, trees_are_best);
  const auto two = anneal(five_chains(), {30, 3, false}, trees_are_best);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->best.SerializeAsString(), two->best.SerializeAsString());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(one->best.regions(i).x(), i);
  }
}

TEST(Anneal, WhatIsRefusedIsNoChoiceAndOtherErrorsEndTheSearch) {
  int asked = 0;
  const auto picky = [&](const Mapping& mapping) -> Result<AnnealCost> {
    ++asked;
    if (mapping.collectives(0).algorithm() != Mapping::Collective::ALGORITHM_CHAIN) {
      return input_error("only chains");
    }
    return AnnealCost{trees_are_best(mapping)->cycles, 0};
  };
  const auto found = anneal(five_chains(), {100, 1, true}, picky);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(asked, 101);
  EXPECT_GT(found->refused, 0);
  EXPECT_GT(found->model_error, 0);
  EXPECT_EQ(found->best.collectives(0).algorithm(), Mapping::Collective::ALGORITHM_CHAIN);
  const auto stopped = anneal(five_chains(), {100, 1, true}, [](const Mapping&) {
    return Result<AnnealCost>(failed_error("stopped"));
  });
  EXPECT_FALSE(stopped.ok());
}

}  // namespace
}  // namespace weft::mapper
