// SPDX-License-Identifier: Apache-2.0
#include "mapper/map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "arch/machine.h"
#include "isa/bundle.h"
#include "mapper/candidates.h"
#include "mapper/decoder.h"
#include "mapper/sram_plan.h"
#include "models/checkpoint.h"

namespace weft::mapper {
namespace {

using ::testing::HasSubstr;

class Map : public ::testing::Test {
 protected:
  Map()
      : graph_(models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/fable-1m")->graph),
        machine_(*arch::load_machine("mesh8")) {
    request_.prompt = {1, 431, 354, 372, 283, 261};
    request_.new_tokens = 4;
  }

  std::string error() { return map_model(graph_, machine_, request_).error().message; }

  models::Graph graph_;
  arch::Machine machine_;
  Request request_;
};

TEST_F(Map, StopsWhenAsked) {
  int asked = 0;
  request_.stop = [&] { return ++asked == 3; };
  const auto stopped = map_model(graph_, machine_, request_);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().kind, ErrorKind::failed);
  EXPECT_EQ(stopped.error().message, "stopped before the model was mapped");
  EXPECT_EQ(asked, 3);
}

TEST_F(Map, IsDeterministic) {
  const auto first = map_model(graph_, machine_, request_);
  const auto second = map_model(graph_, machine_, request_);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(isa::bundle_hash(first->bundle), isa::bundle_hash(second->bundle));
  EXPECT_EQ(first->decisions, second->decisions);
}

TEST_F(Map, EveryTileHasOneRole) {
  request_.region = weft::Rect{1, 2, 7, 5};
  const auto mapped = map_model(graph_, machine_, request_);
  ASSERT_TRUE(mapped.ok()) << mapped.error().message;
  std::vector<int> roles(64);
  for (const isa::Role& role : mapped->bundle.roles()) {
    for (const isa::TileSet& proto : role.tiles()) {
      const weft::TileSet set = isa::tile_set_of(proto);
      for (int y = 0; y < 8; ++y) {
        for (int x = 0; x < 8; ++x) {
          roles[static_cast<std::size_t>(y * 8 + x)] += set.contains(x, y) ? 1 : 0;
        }
      }
    }
  }
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      EXPECT_EQ(roles[static_cast<std::size_t>(y * 8 + x)],
                request_.region->contains(x, y) ? 1 : 0);
    }
  }
}

TEST_F(Map, RefusesARegionOutsideTheMachine) {
  request_.region = weft::Rect{4, 0, 5, 8};
  EXPECT_EQ(error(),
            "--region 5x8 at (4,0) does not fit machine mesh8, which has 8x8 tiles; make it "
            "smaller or move it");
}

TEST_F(Map, RefusesMoreThanTheContext) {
  request_.new_tokens = 300;
  EXPECT_EQ(
      error(),
      "the run needs 305 positions (6 given, the rest generated) and the model has a context of "
      "256; lower --new-tokens by 49");
}

TEST_F(Map, RefusesATokenOutsideTheVocabulary) {
  request_.prompt.push_back(512);
  EXPECT_EQ(error(), "prompt token 512 is outside the vocabulary of 512");
}

TEST_F(Map, SaysWhatDoesNotFitAndWhatWould) {
  machine_.mutable_tile()->set_sram(40 * 1024);
  request_.region = weft::Rect{0, 0, 4, 4};
  const std::string message = error();
  EXPECT_THAT(message, HasSubstr("fable-1m does not fit region 4x4 of mesh8: tile ("));
  EXPECT_THAT(message, HasSubstr("bytes too few (largest buffers: gate_up.weight"));
  EXPECT_THAT(message, HasSubstr("use --region 8x8 or more"));
  request_.region = weft::Rect{0, 0, 8, 8};
  EXPECT_TRUE(map_model(graph_, machine_, request_).ok());
  request_.region.reset();
  machine_.mutable_tile()->set_sram(20 * 1024);
  EXPECT_THAT(error(), HasSubstr("no region of mesh8 is large enough: raise tile.sram to"));
}

// Such columns run ahead: trains of theirs would meet those of columns with heads.
TEST_F(Map, ALargeMachineLeavesColumnsUnusedThatWouldHoldNoPartOfAHead) {
  machine_ = *arch::load_machine("mesh8", {"grid.width=203"});
  const Decoder decoder = *fuse_decoder(graph_);
  const int used = decoder.kv_heads * (decoder.head_dim / 2);
  const weft::Rect whole{0, 0, 203, 8};
  std::vector<Candidate> single;
  for (Candidate& candidate : candidates(decoder, machine_, request_, whole, 64)) {
    if (candidate.placement.single()) {
      single.push_back(std::move(candidate));
    }
  }
  ASSERT_EQ(single.size(), 2u);
  EXPECT_EQ(single[0].placement.size().width, used);
  EXPECT_EQ(single[0].unused_columns, 203 - used);
  EXPECT_FALSE(single[0].in_chains);
  // Where that does not fit: all of them, with sums along rows in chains.
  EXPECT_EQ(single[1].placement.size(), whole);
  EXPECT_TRUE(single[1].in_chains);
  request_.region = whole;
  const auto asked = candidates(decoder, machine_, request_, whole, 64);
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].placement.size(), whole) << "a region that is asked for stays as it is";
}

TEST_F(Map, ColumnsWithoutHeadsAreUsedWhereLessDoesNotFitWithSumsInChains) {
  machine_ = *arch::load_machine("mesh8", {"grid.width=203", "grid.height=1"});
  request_.chunk = 6;
  const auto roomy = map_model(graph_, machine_, request_);
  ASSERT_TRUE(roomy.ok()) << roomy.error().message;
  EXPECT_GT(roomy->plan.unused_columns, 0);
  EXPECT_THAT(roomy->decisions, ::testing::Contains(HasSubstr("columns unused")));
  machine_.mutable_tile()->set_sram(largest_use(roomy->bundle).bytes - 1);
  const auto tight = map_model(graph_, machine_, request_);
  ASSERT_TRUE(tight.ok()) << tight.error().message;
  EXPECT_EQ(tight->plan.placement.size().width, 203);
  EXPECT_THAT(tight->decisions, ::testing::Contains(HasSubstr("sums along rows in chains")));
}

TEST_F(Map, RegionsInSeveralColumnsAreTheLastToBeTried) {
  const arch::Machine large = *arch::load_machine("wse2", {});
  const Decoder decoder = *fuse_decoder(graph_);
  const auto tried = candidates(decoder, large, request_, {0, 0, 750, 994}, 64);
  const auto several = [](const Candidate& candidate) {
    const auto& regions = candidate.placement.regions;
    return std::any_of(regions.begin(), regions.end(), [&](const RegionPlan& region) {
      return region.rect.x != regions.front().rect.x;
    });
  };
  ASSERT_TRUE(std::any_of(tried.begin(), tried.end(), several));
  EXPECT_TRUE(std::is_partitioned(tried.begin(), tried.end(), std::not_fn(several)));
}

TEST_F(Map, ShrinksTheChunkUntilItFits) {
  request_.prompt.assign(200, 5);
  request_.phase = Phase::prefill;
  request_.all_logits = true;
  const auto roomy = map_model(graph_, machine_, request_);
  ASSERT_TRUE(roomy.ok()) << roomy.error().message;
  EXPECT_THAT(roomy->decisions, ::testing::Contains(HasSubstr("at most 16 tokens each")));
  machine_.mutable_tile()->set_sram(44 * 1024);
  const auto tight = map_model(graph_, machine_, request_);
  ASSERT_TRUE(tight.ok()) << tight.error().message;
  EXPECT_THAT(tight->decisions, ::testing::Not(::testing::Contains(HasSubstr("at most 16"))));
}

TEST_F(Map, RefusesAGraphItDoesNotUnderstand) {
  graph_.mutable_nodes(4)->set_op(models::ADD);
  EXPECT_THAT(error(), HasSubstr("is of kind ADD where LINEAR is expected"));
}

}  // namespace
}  // namespace weft::mapper
