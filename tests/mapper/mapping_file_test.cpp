// SPDX-License-Identifier: Apache-2.0
#include "mapper/mapping_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace weft::mapper {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;

/// Sets every field of a message, lists with two entries.
void fill(google::protobuf::Message& message, int salt) {
  const auto& set = *message.GetReflection();
  using Field = google::protobuf::FieldDescriptor;
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const Field& field = *message.GetDescriptor()->field(i);
    if (field.is_repeated()) {
      fill(*set.AddMessage(&message, &field), salt);
      fill(*set.AddMessage(&message, &field), salt + 1);
    } else if (field.cpp_type() == Field::CPPTYPE_MESSAGE) {
      fill(*set.MutableMessage(&message, &field), salt);
    } else if (field.cpp_type() == Field::CPPTYPE_STRING) {
      set.SetString(&message, &field, field.name() + ": " + std::to_string(salt));
    } else if (field.cpp_type() == Field::CPPTYPE_BOOL) {
      set.SetBool(&message, &field, salt % 2 == 0);
    } else if (field.cpp_type() == Field::CPPTYPE_ENUM) {
      set.SetEnumValue(&message, &field, salt % field.enum_type()->value_count());
    } else {
      set.SetInt32(&message, &field, field.name() == "version" ? 1 : 1 + salt);
    }
  }
}

Mapping parse(const std::string& text) {
  const auto read = parse_mapping(text, "m.yaml");
  EXPECT_TRUE(read.ok()) << read.error().message;
  return read.ok() ? read->mapping : Mapping();
}

std::string refusal(const std::string& text) {
  const auto read = parse_mapping(text, "m.yaml");
  EXPECT_FALSE(read.ok());
  return read.ok() ? "" : read.error().message;
}

TEST(MappingFile, EveryFieldIsReadAsItWasWritten) {
  for (int salt = 0; salt < 8; ++salt) {
    Mapping mapping;
    fill(mapping, salt);
    const std::string text = mapping_text(mapping);
    const Mapping again = parse(text);
    EXPECT_TRUE(MessageDifferencer::Equals(mapping, again)) << text;
    EXPECT_EQ(mapping_text(again), text);
  }
}

TEST(MappingFile, LooksAsPeopleWouldWriteIt) {
  const Mapping mapping = parse(
      "chunk: 8\nlayouts: {cache: block}\ncollectives: [{op: qkv, axis: y, "
      "algorithm: two_phase, groups: 4}]\n");
  EXPECT_EQ(mapping_text(mapping),
            "# Decisions of the mapper, never costs. Change any; what is taken out is decided anew "
            "(docs/mapping.md).\n"
            R"(chunk: 8
layouts:
  cache: block
collectives:
  - op: qkv
    axis: y
    algorithm: two_phase
    groups: 4
)");
}

TEST(MappingFile, AFileGoesThroughTheDisk) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "mapping_file_test.yaml";
  Mapping mapping;
  fill(mapping, 3);
  ASSERT_TRUE(write_mapping(path, mapping).ok());
  const auto read = read_mapping(path);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_TRUE(MessageDifferencer::Equals(read->mapping, mapping));
  EXPECT_EQ(*read_file(path), mapping_text(read->mapping));
  std::filesystem::remove(path);
  EXPECT_EQ(read_mapping(path).error().kind, ErrorKind::io);
}

TEST(MappingFile, AnEmptyFileLeavesEverythingToTheMapper) {
  EXPECT_TRUE(MessageDifferencer::Equals(parse(""), Mapping()));
}

TEST(MappingFile, MisspeltWordsAreToldWithTheirPlaceAndTheNearest) {
  EXPECT_EQ(refusal("collectives:\n  - {op: qvk, algorithm: two_phsae}\nlayouts: {cache: cylic}\n"),
            "m.yaml:2:10: collectives[0].op: expected one of embed, input_norm, qkv, rope, "
            "attention_scores, attention_max, attention_merge, o, post_norm, gate_up, down, norm, "
            "logits, token, prompt, got 'qvk' (did you mean 'qkv'?)\n"
            "m.yaml:2:26: collectives[0].algorithm: expected one of chain, star, tree, two_phase, "
            "auto_gen, ring, ktree, got 'two_phsae' (did you mean 'two_phase'?)\n"
            "m.yaml:3:18: layouts.cache: expected one of cyclic, block, got 'cylic' (did you mean "
            "'cyclic'?)");
  EXPECT_THAT(refusal("regions: [{wdith: 4}]\n"), HasSubstr("(did you mean 'width'?)"));
  EXPECT_THAT(refusal("kernels: [{op: qkv}]\n"), HasSubstr("missing key 'kernel'"));
}

TEST(MappingFile, NumbersOutOfRangeAreRefused) {
  EXPECT_THAT(refusal("chunk: 0\n"), HasSubstr("m.yaml:1:8: chunk: 0 is out of range"));
  EXPECT_THAT(refusal("regions: [{width: 0}]\n"), HasSubstr("regions[0].width: 0 is out of range"));
}

TEST(MappingFile, AFileOfANewerVersionIsRefused) {
  EXPECT_EQ(refusal("machine: a\nversion: 2\n"),
            "m.yaml:2:1: version: 2 is newer than 1, the version this program reads; use a newer "
            "weft");
}

TEST(MappingMerge, WhatIsSaidWins) {
  const Mapping decided = parse(
      "chunk: 16\nbatch: 1\nregions: [{x: 0, y: 0, width: 4, height: 4}, {x: 4, y: 0, width: 4, "
      "height: 4}]\nlayouts: {cache: cyclic, rope: dealt}\nblocked: [{x: 9, y: 9, width: 1, "
      "height: 1}]\n");
  const Mapping said = parse("chunk: 4\nregions: [{width: 3}]\nlayouts: {rope: replicated}\n");
  EXPECT_TRUE(MessageDifferencer::Equals(
      merge(said, decided),
      parse("chunk: 4\nbatch: 1\nregions: [{x: 0, y: 0, width: 3, height: 4}]\nlayouts: {cache: "
            "cyclic, rope: replicated}\nblocked: [{x: 9, y: 9, width: 1, height: 1}]\n")));
}

TEST(MappingMerge, RegionsThatAreNamedChangeByName) {
  const Mapping decided = parse(
      "regions: [{name: a, x: 0, y: 0, width: 4, height: 4}, {name: b, x: 4, y: 0, width: 4, "
      "height: 4}]\n");
  EXPECT_TRUE(MessageDifferencer::Equals(
      merge(parse("regions: [{name: b, x: 7}]\n"), decided),
      parse("regions: [{name: a, x: 0, y: 0, width: 4, height: 4}, {name: b, x: 7, y: 0, width: 4, "
            "height: 4}]\n")));
}

TEST(MappingMerge, ListsAreMatchedByWhatTheySpeakOf) {
  const Mapping decided = parse(
      "collectives: [{op: attention_merge, axis: x, algorithm: chain}, {op: attention_merge, axis: "
      "y, algorithm: chain}, {op: o, axis: x, algorithm: chain}]\nkernels: [{op: o, kernel: gemv}, "
      "{op: qkv, kernel: gemv}]\ncolors: [{flow: a, color: 0}, {flow: b, color: 1}]\n");
  const Mapping said = parse(
      "collectives: [{op: attention_merge, axis: y, root: edge}, {op: attention_merge, algorithm: "
      "tree}]\nkernels: [{op: o, kernel: summa}]\ncolors: [{flow: c, color: 2}, {flow: a, color: "
      "5}]\n");
  EXPECT_EQ(mapping_text(merge(said, decided)),
            mapping_text(parse("collectives: [{op: attention_merge, axis: x, algorithm: tree}, "
                               "{op: attention_merge, axis: y, algorithm: tree, root: edge}, {op: "
                               "o, axis: x, algorithm: chain}]\nkernels: [{op: o, kernel: summa}, "
                               "{op: qkv, kernel: gemv}]\ncolors: [{flow: a, color: 5}, {flow: b, "
                               "color: 1}, {flow: c, color: 2}]\n")));
}

TEST(MappingMerge, AWholeFileLaidOverAnythingIsItself) {
  Mapping whole;
  fill(whole, 1);
  Mapping other;
  fill(other, 2);
  other.clear_collectives();
  other.clear_kernels();
  other.clear_colors();
  EXPECT_TRUE(MessageDifferencer::Equals(merge(whole, other), whole));
  EXPECT_TRUE(MessageDifferencer::Equals(merge(whole, whole), whole));
  EXPECT_TRUE(MessageDifferencer::Equals(merge({}, whole), whole));
}

}  // namespace
}  // namespace weft::mapper
