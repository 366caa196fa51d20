// SPDX-License-Identifier: Apache-2.0
#include "mapper/decisions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "arch/machine.h"
#include "base/schema.h"
#include "isa/bundle.h"
#include "isa/verify.h"
#include "models/checkpoint.h"

namespace weft::mapper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kThree = R"(
regions:
  - {name: front, x: 0, y: 0, width: 12, height: 14, first_layer: 0, layers: 2, embedding: false, head: false}
  - {name: back, x: 12, y: 0, width: 12, height: 14, first_layer: 2, layers: 2, embedding: false, head: false}
  - {name: vocabulary, x: 12, y: 14, width: 12, height: 14, first_layer: 0, layers: 0, embedding: true, head: true}
)";

class Decisions : public ::testing::Test {
 protected:
  Decisions()
      : graph_(models::load_checkpoint(WEFT_SOURCE_DIR "/models/zoo/fable-1m")->graph),
        machine_(*arch::load_machine("mesh32")) {
    request_.prompt = {1, 431, 354, 372, 283, 261};
    request_.new_tokens = 4;
  }

  Result<Decision> say(const std::string& text) const {
    const auto said = parse_mapping(text, "m.yaml");
    return said.ok() ? decide(graph_, machine_, request_, *said) : said.error();
  }
  Mapping mapping(const std::string& text) const {
    const auto decision = say(text);
    EXPECT_TRUE(decision.ok()) << decision.error().message;
    return decision.ok() ? decision->mapping : Mapping();
  }
  std::string refusal(const std::string& text) const {
    const auto decision = say(text);
    EXPECT_FALSE(decision.ok()) << text;
    return decision.ok() ? "" : decision.error().message;
  }

  /// Said again, what was decided gives the same bytes; and they are sound.
  void expect_same_again(const Decision& first) const {
    const std::string text = mapping_text(first.mapping);
    const auto second = say(text);
    ASSERT_TRUE(second.ok()) << second.error().message << "\n" << text;
    EXPECT_EQ(mapping_text(second->mapping), text);
    EXPECT_EQ(isa::encode_bundle(second->mapped.bundle), isa::encode_bundle(first.mapped.bundle))
        << text;
    const Status sound = isa::verify(first.mapped.bundle, machine_);
    EXPECT_TRUE(sound.ok()) << sound.error().message << "\n" << text;
  }

  models::Graph graph_;
  arch::Machine machine_;
  Request request_;
};

/// "collectives o x algorithm": what differs between two mappings.
std::vector<std::string> changes(const Mapping& a, const Mapping& b) {
  std::vector<std::string> found;
  for (int i = 0; i < std::max(a.regions_size(), b.regions_size()); ++i) {
    if (i >= a.regions_size() || i >= b.regions_size() ||
        a.regions(i).SerializeAsString() != b.regions(i).SerializeAsString()) {
      found.push_back("region " + std::to_string(i));
    }
  }
  std::map<std::string, std::string> entries[2];
  const Mapping* const both[] = {&a, &b};
  for (int side = 0; side < 2; ++side) {
    auto& into = entries[side];
    for (const auto& entry : both[side]->collectives()) {
      into["collective " + std::to_string(entry.op())] = entry.SerializeAsString();
    }
    for (const auto& entry : both[side]->colors()) {
      into["color " + entry.flow()] = std::to_string(entry.color());
    }
    into["layouts"] = both[side]->layouts().SerializeAsString();
    Mapping rest = *both[side];
    rest.clear_regions();
    rest.clear_collectives();
    rest.clear_colors();
    rest.clear_layouts();
    into["rest"] = rest.SerializeAsString();
  }
  for (const auto& [name, text] : entries[0]) {
    const auto other = entries[1].find(name);
    if (other == entries[1].end() || other->second != text) {
      found.push_back(name);
    }
  }
  for (const auto& [name, text] : entries[1]) {
    if (!entries[0].contains(name)) {
      found.push_back(name);
    }
  }
  return found;
}

TEST_F(Decisions, NothingSaidIsWhatTheMapperDoesAnyway) {
  const auto plain = map_model(graph_, machine_, request_);
  const auto decided = say("");
  ASSERT_TRUE(plain.ok() && decided.ok());
  EXPECT_EQ(isa::encode_bundle(plain->bundle), isa::encode_bundle(decided->mapped.bundle));
  EXPECT_EQ(plain->decisions, decided->mapped.decisions);
}

TEST_F(Decisions, SaidAgainInFullTheyGiveTheSameBundle) {
  const std::string three = kThree;
  for (const std::string& text :
       {std::string(), three, three + "collectives: [{op: o, algorithm: tree}]",
        three + "layouts: {head_columns: 2}\ncolors: [{flow: handoff rows, color: 20}]",
        std::string("context: 200\nchunk: 3"),
        std::string("collectives: [{op: qkv, algorithm: two_phase, groups: 5}, "
                    "{op: down, root: edge}, {op: token, algorithm: chain, root_at: 3}]")}) {
    SCOPED_TRACE(text);
    const auto decision = say(text);
    ASSERT_TRUE(decision.ok()) << decision.error().message;
    expect_same_again(*decision);
  }
  request_.phase = Phase::decode;
  request_.prompt.clear();
  request_.first_position = 30;
  expect_same_again(*say(three));
  request_.batch = 3;
  expect_same_again(*say(""));
  expect_same_again(*say(three));
}

TEST_F(Decisions, WhateverIsSaidOfCollectivesHoldsOrIsRefused) {
  constexpr std::uint32_t kSeed = 20240611;
  std::mt19937 random(kSeed);
  const auto any = [&](int count) {
    return static_cast<int>(random() % static_cast<unsigned>(count));
  };
  int obeyed = 0;
  for (int round = 0; round < 25; ++round) {
    MappingFile said;
    for (const ReductionInfo& info : all_reductions()) {
      if (any(4) != 0) {
        continue;
      }
      const auto ops = enum_names(*Mapping::Op_descriptor());
      Mapping::Collective& entry = *said.mapping.add_collectives();
      entry.set_op(
          static_cast<Mapping::Op>(std::find(ops.begin(), ops.end(), info.name) - ops.begin()));
      const auto algorithm = static_cast<Mapping::Collective::Algorithm>(any(7));
      if (any(3) != 0 && algorithm != Mapping::Collective::ALGORITHM_RING) {
        entry.set_algorithm(algorithm);
      }
      if (any(2) != 0) {
        entry.set_root(static_cast<Mapping::Collective::Root>(any(2)));
      }
      if (entry.algorithm() == Mapping::Collective::ALGORITHM_TWO_PHASE && any(2) != 0) {
        entry.set_groups(1 + any(9));
      }
    }
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", round " + std::to_string(round) + "\n" +
                 mapping_text(said.mapping));
    const auto decision = decide(graph_, machine_, request_, said);
    if (!decision.ok()) {
      EXPECT_EQ(decision.error().kind, ErrorKind::input);
      continue;
    }
    ++obeyed;
    for (const auto& wanted : said.mapping.collectives()) {
      for (const auto& got : decision->mapping.collectives()) {
        if (got.op() == wanted.op()) {
          EXPECT_TRUE(!wanted.has_algorithm() || wanted.algorithm() == got.algorithm());
          EXPECT_TRUE(!wanted.has_root() || (got.has_root() && wanted.root() == got.root()));
        }
      }
    }
    expect_same_again(*decision);
  }
  EXPECT_GE(obeyed, 5);
}

TEST_F(Decisions, AnEditChangesWhatItSaysAndNothingElse) {
  const std::string base = kThree;
  const Mapping before = mapping(base);
  std::string moved = base;
  moved.replace(moved.find("vocabulary, x: 12"), 17, "vocabulary, x: 18");
  EXPECT_THAT(changes(before, mapping(moved)), ElementsAre("region 2"));
  EXPECT_THAT(changes(before, mapping(base + "layouts: {head_columns: 3}")), IsEmpty());
  EXPECT_THAT(changes(before, mapping(base + "colors: [{flow: handoff rows, color: 20}]")),
              ElementsAre("color handoff rows"));
  // Colors follow the collectives: a collective of its own has flows of its own.
  for (const std::string& change :
       changes(before, mapping(base + "collectives: [{op: o, algorithm: chain}]"))) {
    EXPECT_TRUE(change.starts_with("color ") ||
                change == "collective " + std::to_string(Mapping::OP_O))
        << change;
  }
  for (const std::string& change : changes(before, mapping(base + "layouts: {head_columns: 2}"))) {
    EXPECT_TRUE(change.starts_with("color ") || change == "layouts" ||
                change == "collective " + std::to_string(Mapping::OP_ATTENTION_SCORES))
        << change;
  }
}

TEST_F(Decisions, APinnedColorIsObeyedAndOthersMakeRoom) {
  const Mapping before = mapping(kThree);
  const std::string flow = before.colors(0).flow();
  const int taken = before.colors(1).color();
  const Mapping after =
      mapping(kThree + fmt::format("colors: [{{flow: {}, color: {}}}]", flow, taken));
  EXPECT_EQ(after.colors(0).color(), taken);
  EXPECT_NE(after.colors(1).color(), taken);
  EXPECT_THAT(refusal(kThree + std::string("colors: [{flow: handoff row, color: 3}]")),
              HasSubstr("m.yaml:6:10: colors[0]: this mapping has no flow 'handoff row' (did you "
                        "mean 'handoff rows'?)"));
  EXPECT_THAT(
      refusal(kThree + std::string("colors: [{flow: handoff rows, color: 3}, "
                                   "{flow: handoff front, color: 3}]")),
      HasSubstr("flows 'handoff rows' and 'handoff front' meet at a router and cannot both have "
                "color 3"));
}

TEST_F(Decisions, PartOfARegionMayBeSaid) {
  request_.region = weft::Rect{0, 0, 13, 7};
  EXPECT_THAT(refusal("regions: [{x: 3}]"), HasSubstr("regions and --region are two ways"));
  request_.region.reset();
  const Mapping moved = mapping("regions: [{name: all, width: 13, height: 7, x: 4}]");
  ASSERT_EQ(moved.regions_size(), 1);
  EXPECT_EQ(moved.regions(0).x(), 4);
  EXPECT_EQ(moved.regions(0).layers(), 4);
  EXPECT_THAT(refusal("regions: [{name: al, x: 3}]"),
              HasSubstr("m.yaml:1:11: regions[0]: no region is named 'al' (did you mean 'all'?)"));
  EXPECT_THAT(refusal("regions: [{x: 3}]"), HasSubstr("m.yaml:1:1: regions: region all (32x32 at "
                                                      "(3,0)) does not lie inside the 32x32"));
  EXPECT_THAT(refusal("regions: [{}, {x: 3}]"), HasSubstr("1 regions were decided"));
}

TEST_F(Decisions, TheContextFixesTheCache) {
  EXPECT_EQ(say("context: 200")->mapped.plan.shape.positions, 200);
  EXPECT_EQ(refusal("context: 8"),
            "m.yaml:1:1: context: the run needs 9 positions and the cache has room for 8; raise "
            "it, the largest that fits is 256");
  machine_.mutable_tile()->set_sram(48 * 1024);
  request_.region = weft::Rect{0, 0, 7, 7};
  const std::string message = refusal("context: 256");
  EXPECT_THAT(message, HasSubstr("m.yaml:1:1: context: 256 positions do not fit, the largest "
                                 "context that fits is "));
  const int fits = std::stoi(message.substr(message.find("fits is ") + 8));
  EXPECT_TRUE(say(fmt::format("context: {}", fits)).ok());
  EXPECT_FALSE(say(fmt::format("context: {}", fits + 1)).ok());
}

TEST_F(Decisions, WhatCannotBeObeyedIsRefusedWithItsPlace) {
  EXPECT_EQ(refusal("strategy: waferllm"),
            "m.yaml:1:1: strategy: waferllm is not built yet; use tensor");
  EXPECT_EQ(refusal("batch: 2"),
            "m.yaml:1:1: batch: the mapping is for 2 and the run is of 1; give --batch 2, or take "
            "batch out");
  request_.batch = 2;
  EXPECT_EQ(refusal("chunk: 4"),
            "m.yaml:1:1: chunk: 4: a step takes one token of each of 2 sequences; set 2, or take "
            "chunk out");
  request_.batch = 1;
  EXPECT_EQ(refusal("phase: decode"),
            "m.yaml:1:1: phase: the mapping is for decode and the run is generate; give --phase "
            "decode, or take phase out");
  EXPECT_EQ(refusal("layouts: {cache: block, rope: replicated}"),
            "m.yaml:1:11: layouts.cache: block is not built yet; use cyclic\n"
            "m.yaml:1:25: layouts.rope: replicated is not built yet; use dealt");
  EXPECT_EQ(refusal("layouts: {head_columns: 9}"),
            "m.yaml:1:11: layouts.head_columns: 9: a key-value head has use for 8 columns at most "
            "on regions 32 wide; say 8 or less");
  EXPECT_THAT(refusal("kernels: [{op: qkv, kernel: summa}]"),
              HasSubstr("m.yaml:1:21: kernels[0].kernel: summa stands alone so far"));
  EXPECT_THAT(refusal("collectives: [{op: rope}]"),
              HasSubstr("m.yaml:1:16: collectives[0].op: rope brings nothing together"));
  EXPECT_THAT(refusal("collectives: [{op: o, axis: y}]"),
              HasSubstr("collectives[0].axis: o is brought together along x alone"));
  EXPECT_THAT(refusal("collectives: [{op: o, algorithm: ring}]"), HasSubstr("ring is for vectors"));
  EXPECT_THAT(refusal("collectives: [{op: o, algorithm: strar}]"),
              HasSubstr("did you mean 'star'"));
  EXPECT_THAT(refusal("collectives: [{op: gateup, algorithm: star}]"),
              HasSubstr("did you mean 'gate_up'"));
  EXPECT_THAT(refusal("collectives: [{op: o, algorithm: star}]"),
              HasSubstr("m.yaml:1:15: collectives[0]: "));
  EXPECT_THAT(refusal("machine_hash: \"0\""), HasSubstr("this is mesh32"));
  EXPECT_THAT(refusal("model_hash: \"0\""), HasSubstr("this is fable-1m"));
}

TEST_F(Decisions, OverlapsAndBlockedTilesAreRefused) {
  std::string overlap = kThree;
  overlap.replace(overlap.find("back, x: 12"), 11, "back, x: 11");
  EXPECT_THAT(refusal(overlap),
              HasSubstr("m.yaml:4:5: regions[1]: 'back' and 'front' overlap in 1x14 at (11,0)"));
  const std::string three = kThree;
  EXPECT_TRUE(say(three + "blocked: [{x: 30, y: 3, width: 2, height: 2}]").ok());
  std::string far = kThree;
  far.replace(far.find("back, x: 12"), 11, "back, x: 16");
  EXPECT_THAT(refusal(far + "blocked: [{x: 13, y: 3, width: 2, height: 2}]"),
              HasSubstr("blocked[0]: what regions hand on crosses tile (13,3) on color"));
}

TEST_F(Decisions, ColorsShortNamesTheRoutes) {
  machine_.mutable_fabric()->set_colors(8);
  EXPECT_THAT(refusal(kThree),
              ::testing::ContainsRegex("the routes need [0-9]+ colors .* no room for all-reduce"));
}

TEST_F(Decisions, TheBytesOfATileAddUp) {
  const auto decision = say(kThree);
  ASSERT_TRUE(decision.ok());
  EXPECT_THAT(decision->mapped.decisions,
              ::testing::Contains(HasSubstr("two copies of the weights: would fit")));
  machine_.mutable_tile()->set_sram(12 * 1024);
  EXPECT_THAT(say(kThree)->mapped.decisions,
              ::testing::Contains(::testing::ContainsRegex(
                  "two copies of the weights: [0-9,]+ B a tile too many")));
}

}  // namespace
}  // namespace weft::mapper
