// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/machine.h"
#include "mapper/mapping_file.h"
#include "models/graph.h"

namespace weft::mapper {
namespace {

using ::testing::HasSubstr;

models::Graph four_layers() {
  models::Graph graph;
  graph.set_name("four");
  graph.set_layers(4);
  graph.set_context(128);
  return graph;
}

/// The faults of a mapping on mesh8 (8x8 tiles, 24 colors) with a model of four layers.
std::string faults(const std::string& text) {
  const auto read = parse_mapping(text, "m.yaml");
  EXPECT_TRUE(read.ok()) << read.error().message;
  const Status status =
      check_mapping(read->mapping, *arch::load_machine("mesh8"), four_layers(), read->places);
  return status.ok() ? "" : status.error().message;
}

constexpr const char* kWhole = R"(chunk: 16
context: 128
regions:
  - {name: first, x: 0, y: 0, width: 4, height: 8, first_layer: 0, layers: 2, embedding: true, head: false}
  - {name: second, x: 4, y: 0, width: 4, height: 8, first_layer: 2, layers: 2, embedding: false, head: true}
collectives:
  - {op: qkv, axis: y, algorithm: ktree, groups: 2}
  - {op: qkv, algorithm: chain}
kernels: [{op: qkv, kernel: gemv}]
colors: [{flow: a, color: 23}, {flow: b, color: 23}]
)";

TEST(MappingCheck, AWholeMappingAndAnEmptyOneAreSound) {
  EXPECT_EQ(faults(kWhole), "");
  EXPECT_EQ(faults(""), "");
  EXPECT_EQ(faults("regions: [{}, {layers: 0}, {width: 3}]"), "");
}

TEST(MappingCheck, AnotherMachineIsRefusedWithBothHashes) {
  const std::string hash = arch::machine_hash(*arch::load_machine("mesh8"));
  EXPECT_EQ(faults("machine: mesh8\nmachine_hash: \"" + hash + "\"\n"), "");
  EXPECT_EQ(faults("machine: other\nmachine_hash: \"0\"\n"),
            "m.yaml:2:1: machine_hash: made for machine other (0), this is mesh8 (" + hash +
                "); map again, or take machine_hash out to try it here");
}

TEST(MappingCheck, AnotherModelIsRefusedAndTheNameOfAModelIsNoPartOfIt) {
  models::Graph graph = four_layers();
  graph.set_name("renamed");
  const std::string hash = models::graph_hash(graph);
  EXPECT_EQ(faults("model_hash: \"" + hash + "\"\n"), "");
  graph.set_layers(5);
  EXPECT_THAT(faults("model_hash: \"" + models::graph_hash(graph) + "\"\n"),
              HasSubstr("this is four (" + hash + ")"));
}

TEST(MappingCheck, ARegionPastTheMachineIsRefused) {
  EXPECT_EQ(faults("regions:\n  - {x: 5, y: 0, width: 4, height: 8}\n"),
            "m.yaml:2:5: regions[0]: 4x8 at (5,0) reaches past machine mesh8, which has 8x8 tiles; "
            "make it smaller or move it");
  EXPECT_EQ(faults("regions: [{x: 4, y: 0, width: 4, height: 8}]"), "");
  EXPECT_THAT(faults("regions: [{height: 9}]"), HasSubstr("reaches past"));
  EXPECT_THAT(faults("blocked: [{x: 8, y: 0, width: 1, height: 1}]"),
              HasSubstr("blocked[0]: 1x1 at (8,0) reaches past"));
}

TEST(MappingCheck, OverlappingRegionsAreNamedWithWhatTheyShare) {
  EXPECT_EQ(faults("regions:\n  - {name: a, x: 0, y: 0, width: 5, height: 8}\n"
                   "  - {x: 4, y: 6, width: 4, height: 2}\n"),
            "m.yaml:3:5: regions[1]: regions[1] and 'a' overlap in 1x2 at (4,6); move one of them");
  EXPECT_EQ(faults("regions:\n  - {x: 0, y: 0, width: 4, height: 8}\n"
                   "  - {x: 4, y: 0, width: 4, height: 8}\n"),
            "");
}

TEST(MappingCheck, ARegionMayNotCoverBlockedTiles) {
  EXPECT_THAT(faults("regions: [{x: 0, y: 0, width: 8, height: 8}]\nblocked: [{x: 2, y: 3, width: "
                     "4, height: 1}]\n"),
              HasSubstr("regions[0] covers blocked tiles, 4x1 at (2,3)"));
}

TEST(MappingCheck, LayersAreHeldOnceEach) {
  EXPECT_THAT(faults("regions: [{first_layer: 0, layers: 3}, {first_layer: 2, layers: 2}]"),
              HasSubstr("regions[1].first_layer: layers 2 to 2 are held twice"));
  EXPECT_THAT(faults("regions: [{first_layer: 0, layers: 1}, {first_layer: 3, layers: 1}]"),
              HasSubstr("no region holds layers 1 to 2"));
  EXPECT_THAT(faults("regions: [{first_layer: 0, layers: 3}]"),
              HasSubstr("no region holds layers 3 to 3"));
  EXPECT_THAT(faults("regions: [{first_layer: 2, layers: 3}]"),
              HasSubstr("holds layers 2 to 4 and the model ends with layer 3"));
  EXPECT_THAT(faults("regions: [{first_layer: 2, layers: 2}, {first_layer: 0, layers: 2}]"),
              HasSubstr("out of order"));
  EXPECT_THAT(faults("regions: [{layers: 2}]"), HasSubstr("layers without first_layer"));
  EXPECT_EQ(faults("regions: [{layers: 0}, {first_layer: 0, layers: 4}, {layers: 0}]"), "");
}

TEST(MappingCheck, OneRegionHoldsTheEmbeddingAndOneTheHead) {
  EXPECT_THAT(faults("regions: [{embedding: true}, {name: b, embedding: true}]"),
              HasSubstr("regions[1].embedding: regions[0] and 'b' both hold the embedding"));
  EXPECT_THAT(faults("regions: [{head: false}, {head: false}]"),
              HasSubstr("no region holds the head"));
  EXPECT_EQ(faults("regions: [{head: false}, {}]"), "");
}

TEST(MappingCheck, ContextHasTheLimitOfTheModel) {
  EXPECT_EQ(faults("context: 128"), "");
  EXPECT_EQ(faults("context: 129"),
            "m.yaml:1:1: context: 129 positions, and the model has a context of 128; lower it");
}

TEST(MappingCheck, SizesBelowOneAreRefusedInAMappingFromNoFile) {
  Mapping mapping;
  mapping.set_chunk(0);
  const Status status = check_mapping(mapping, *arch::load_machine("mesh8"), four_layers());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "chunk: 0: at least 1");
}

TEST(MappingCheck, WhatIsSaidTwiceOrMakesNoSenseIsRefused) {
  EXPECT_THAT(faults("collectives: [{op: o, axis: x}, {op: o, axis: x}]"),
              HasSubstr("collectives[1]: o is said in collectives[0] too"));
  EXPECT_THAT(faults("collectives: [{op: o, algorithm: chain, groups: 3}]"),
              HasSubstr("groups are for two_phase and ktree"));
  EXPECT_THAT(faults("collectives: [{op: o, algorithm: ring, root: edge}]"),
              HasSubstr("a ring has no root"));
  EXPECT_THAT(faults("kernels: [{op: rope, kernel: gemv}]"), HasSubstr("rope is no product"));
  EXPECT_THAT(faults("kernels: [{op: o, kernel: gemv}, {op: o, kernel: summa}]"),
              HasSubstr("kernels[1]: o is said in kernels[0] too"));
  EXPECT_THAT(faults("colors: [{flow: a, color: 24}]"),
              HasSubstr("colors[0].color: 24 is no color of machine mesh8, which has 0 to 23"));
  EXPECT_THAT(faults("colors: [{flow: a, color: 1}, {flow: a, color: 2}]"),
              HasSubstr("flow 'a' is said in colors[0] too"));
}

TEST(MappingCheck, AllFaultsAreToldAtOnce) {
  EXPECT_THAT(faults("context: 500\nkernels: [{op: rope, kernel: gemv}]\nmachine_hash: x\n"),
              ::testing::AllOf(HasSubstr("m.yaml:1:1: context"), HasSubstr("m.yaml:2:11: kernels"),
                               HasSubstr("m.yaml:3:1: machine_hash")));
}

}  // namespace
}  // namespace weft::mapper
