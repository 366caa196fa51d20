// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "base/yaml_reader.h"
#include "tests/base/sample.pb.h"

namespace weft {
namespace {

using test::Sample;

Sample sample_with_parts() {
  Sample sample;
  sample.add_parts()->set_size(1);
  sample.add_parts()->set_size(2);
  (*sample.mutable_notes())["tile.sram"] = "old";
  return sample;
}

std::string fault(const std::string& assignment) {
  Sample sample = sample_with_parts();
  const std::string before = sample.SerializeAsString();
  const Status status = set_field(sample, assignment);
  if (status.ok()) {
    return "ok";
  }
  EXPECT_EQ(status.error().kind, ErrorKind::input);
  EXPECT_EQ(sample.SerializeAsString(), before) << "a refused override changes nothing";
  return status.error().message;
}

TEST(SetField, sets_values_of_every_kind) {
  Sample sample = sample_with_parts();
  for (const char* assignment :
       {"sram=64 KiB", "clock=1.1 GHz", "delay=0 cycles", "on=true", "tint=deep_blue", "pace=9/8",
        "part.inner.size=4", "parts[1].size=7", "numbers=[3, 4]", "name=a: b=c",
        "notes.tile.sram=new: x", "counts.k=5", "by_name={p: {size: 6}}", "words=['x']"}) {
    const Status status = set_field(sample, assignment);
    EXPECT_TRUE(status.ok()) << status.error().message;
  }
  EXPECT_EQ(sample.sram(), 65536);
  EXPECT_EQ(sample.clock(), 1.1e9);
  EXPECT_TRUE(sample.on());
  EXPECT_EQ(sample.tint(), test::TINT_DEEP_BLUE);
  EXPECT_EQ(sample.pace().den(), 8);
  EXPECT_EQ(sample.part().inner().size(), 4);
  EXPECT_EQ(sample.parts(0).size(), 1);
  EXPECT_EQ(sample.parts(1).size(), 7);
  EXPECT_THAT(sample.numbers(), testing::ElementsAre(3, 4));
  EXPECT_EQ(sample.name(), "a: b=c");
  EXPECT_THAT(sample.notes(), testing::ElementsAre(testing::Pair("tile.sram", "new: x")));
  EXPECT_EQ(sample.counts().at("k"), 5);
  EXPECT_EQ(sample.by_name().at("p").size(), 6);
  EXPECT_THAT(sample.words(), testing::ElementsAre("x"));
}

TEST(SetField, replaces_what_was_there) {
  Sample sample;
  ASSERT_TRUE(set_field(sample, "numbers=[1, 2]").ok());
  ASSERT_TRUE(set_field(sample, "numbers=[3]").ok());
  EXPECT_THAT(sample.numbers(), testing::ElementsAre(3));
  ASSERT_TRUE(set_field(sample, "part={size: 1, note: x}").ok());
  ASSERT_TRUE(set_field(sample, "part={size: 2}").ok());
  EXPECT_EQ(sample.part().note(), "");
}

TEST(SetField, names_the_override_and_the_nearest_field) {
  EXPECT_EQ(fault("sarm=64 KiB"), "--set sarm=64 KiB: unknown field 'sarm' (did you mean 'sram'?)");
  EXPECT_EQ(fault("part.sise=1"),
            "--set part.sise=1: unknown field 'sise' in part (did you mean 'size'?)");
  EXPECT_EQ(fault("part.zebra=1"),
            "--set part.zebra=1: unknown field 'zebra' in part; known: size, note, inner");
  EXPECT_EQ(fault("part..size=1"),
            "--set part..size=1: unknown field '' in part; known: size, note, inner");
}

TEST(SetField, refuses_bad_values) {
  EXPECT_EQ(fault("sram=64"),
            "--set sram=64: sram: 64 has no unit, write one of B, kB, KiB, MB, MiB, GB, GiB");
  EXPECT_EQ(fault("count=0"), "--set count=0: count: 0 is out of range, 1 to 100");
  EXPECT_EQ(fault("count="), "--set count=: count: expected a whole number, got nothing");
  EXPECT_EQ(fault("count=[1"), "--set count=[1: not YAML: end of sequence flow not found");
  EXPECT_EQ(fault("part={note: x}"), "--set part={note: x}: missing key 'size' in part");
  EXPECT_EQ(
      fault("part.size={a: 1, a: 2}"),
      "--set part.size={a: 1, a: 2}: part.size: expected a whole number, got keys and values");
}

TEST(SetField, refuses_bad_paths) {
  EXPECT_EQ(fault("sram"), "--set sram: expected path=value, such as tile.sram=64 KiB");
  EXPECT_EQ(fault("=1"), "--set =1: expected path=value, such as tile.sram=64 KiB");
  EXPECT_EQ(fault("count.x=1"), "--set count.x=1: count is a value and has no field 'x'");
  EXPECT_EQ(fault("parts.size=1"), "--set parts.size=1: parts is a list: name an entry, parts[0]");
  EXPECT_EQ(fault("parts[2].size=1"), "--set parts[2].size=1: parts has 2 entries, no [2]");
  EXPECT_EQ(fault("part[0].size=1"), "--set part[0].size=1: part is not a list");
  EXPECT_EQ(fault("parts[x].size=1"),
            "--set parts[x].size=1: 'parts[x]' is no field or field[index]");
  EXPECT_EQ(fault("numbers[0]=1"), "--set numbers[0]=1: numbers has 0 entries, no [0]");
  EXPECT_EQ(fault("parts[0]={size: 3}"),
            "--set parts[0]={size: 3}: set the list parts as a whole, or a field of an entry");
}

}  // namespace
}  // namespace weft
