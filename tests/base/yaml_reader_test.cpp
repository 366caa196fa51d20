// SPDX-License-Identifier: Apache-2.0
#include "base/yaml_reader.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.h"
#include "tests/base/sample.pb.h"

namespace weft {
namespace {

using test::Needy;
using test::Sample;

Sample read(const std::string& yaml) {
  Sample sample;
  const Status status = read_yaml(yaml, "f", sample);
  EXPECT_TRUE(status.ok()) << status.error().message;
  return sample;
}

template <class Message = Sample>
std::string fault(const std::string& yaml) {
  Message message;
  const Status status = read_yaml(yaml, "f", message);
  if (status.ok()) {
    return "ok";
  }
  EXPECT_EQ(status.error().kind, ErrorKind::input);
  return status.error().message;
}

TEST(YamlReader, reads_every_kind_of_field) {
  const Sample sample = read(R"(
name: a plain name   # a comment
on: true
count: 7
small: 4294967295
seed: 18446744073709551615
weight: -2.5e-3
light: 0.5
sram: 128 KiB
clock: 850 MHz
delay: 2 cycles
word: 32 bits
port: 16 B/cycle
energy: 500 fJ
tint: deep_blue
pace: 9/8
part: {size: 1, inner: {size: 2}}
numbers: [1, -2, 3]
words: [no, "yes", 010]
parts:
  - size: 1
    note: 'x'
  - {size: 2}
paces: [1, 2/3]
tints: [red, deep_blue]
flags: [true, false]
sizes: [1 KiB, 5 B]
clocks: [1 GHz]
notes: {a.b: c, 7: "d: e"}
counts: {x: 3}
by_name:
  p:
    size: 4
right: 9
)");
  EXPECT_EQ(sample.name(), "a plain name");
  EXPECT_TRUE(sample.on());
  EXPECT_EQ(sample.count(), 7);
  EXPECT_EQ(sample.small(), 4294967295u);
  EXPECT_EQ(sample.seed(), 18446744073709551615u);
  EXPECT_EQ(sample.weight(), -2.5e-3);
  EXPECT_EQ(sample.light(), 0.5f);
  EXPECT_EQ(sample.sram(), 131072);
  EXPECT_EQ(sample.clock(), 850e6);
  EXPECT_EQ(sample.delay(), 2);
  EXPECT_EQ(sample.word(), 32);
  EXPECT_EQ(sample.port(), 16);
  EXPECT_EQ(sample.energy(), 0.5);
  EXPECT_EQ(sample.tint(), test::TINT_DEEP_BLUE);
  EXPECT_EQ(sample.pace().num(), 9);
  EXPECT_EQ(sample.pace().den(), 8);
  EXPECT_EQ(sample.part().inner().size(), 2);
  EXPECT_THAT(sample.numbers(), testing::ElementsAre(1, -2, 3));
  EXPECT_THAT(sample.words(), testing::ElementsAre("no", "yes", "010"));
  ASSERT_EQ(sample.parts_size(), 2);
  EXPECT_EQ(sample.parts(0).note(), "x");
  EXPECT_EQ(sample.parts(1).size(), 2);
  ASSERT_EQ(sample.paces_size(), 2);
  EXPECT_EQ(sample.paces(0).den(), 1);
  EXPECT_EQ(sample.paces(1).den(), 3);
  EXPECT_THAT(sample.tints(), testing::ElementsAre(test::TINT_RED, test::TINT_DEEP_BLUE));
  EXPECT_THAT(sample.flags(), testing::ElementsAre(true, false));
  EXPECT_THAT(sample.sizes(), testing::ElementsAre(1024, 5));
  EXPECT_THAT(sample.clocks(), testing::ElementsAre(1e9));
  EXPECT_THAT(sample.notes(),
              testing::UnorderedElementsAre(testing::Pair("a.b", "c"), testing::Pair("7", "d: e")));
  EXPECT_EQ(sample.counts().at("x"), 3);
  EXPECT_EQ(sample.by_name().at("p").size(), 4);
  EXPECT_EQ(sample.right(), 9);
  EXPECT_FALSE(sample.has_maybe());
}

TEST(YamlReader, zero_is_given_and_not_missing) {
  EXPECT_EQ(fault<Needy>("name: ''\ndelay: 0 cycles\npart: {size: 0}\n"), "ok");
}

TEST(YamlReader, missing_keys_are_told_at_the_key_above) {
  EXPECT_EQ(fault<Needy>("part: {note: x}\n"),
            "f:1:1: missing key 'name'\n"
            "f:1:1: missing key 'delay'\n"
            "f:1:1: missing key 'size' in part");
  EXPECT_EQ(fault<Needy>("name: x\ndelay: 1 cycle\npart:\n  inner:\n    size: 1\n"),
            "f:3:1: missing key 'size' in part");
}

TEST(YamlReader, an_empty_file_has_no_keys) {
  EXPECT_EQ(fault(""), "ok");
  EXPECT_EQ(fault("# only a comment\n"), "ok");
  EXPECT_EQ(fault<Needy>(" \r\n"), "f:1:1: the file is empty; it needs keys and values");
  EXPECT_THAT(fault<Needy>("# no key\n"), testing::StartsWith("f:1:1: missing key 'name'\n"));
}

TEST(YamlReader, tells_all_faults_in_one_pass_in_order) {
  EXPECT_EQ(fault("cuont: 3\n"
                  "sram: 131072\n"
                  "count: 3\n"
                  "part:\n"
                  "  sise: 4\n"
                  "count: 4\n"
                  "clock: 850 KiB\n"
                  "tint: blue\n"),
            "f:1:1: unknown key 'cuont' (did you mean 'count'?)\n"
            "f:2:7: sram: 131072 has no unit, write one of B, kB, KiB, MB, MiB, GB, GiB\n"
            "f:5:3: unknown key 'sise' in part (did you mean 'size'?)\n"
            "f:6:1: duplicate key 'count', first on line 3\n"
            "f:7:8: clock: unknown unit 'KiB', write one of Hz, kHz, MHz, GHz\n"
            "f:8:7: tint: expected one of red, deep_blue, got 'blue'");
}

TEST(YamlReader, an_unknown_key_that_resembles_none_lists_them) {
  EXPECT_EQ(fault("part: {size: 1, zebra: 2}\n"),
            "f:1:17: unknown key 'zebra' in part; known: size, note, inner");
}

TEST(YamlReader, wrong_types) {
  EXPECT_EQ(fault("count: many\n"), "f:1:8: count: expected a whole number, got 'many'");
  EXPECT_EQ(fault("count: 1.5\n"), "f:1:8: count: expected a whole number, got '1.5'");
  EXPECT_EQ(fault("count: 1e2\n"), "f:1:8: count: expected a whole number, got '1e2'");
  EXPECT_EQ(fault("count: '7'\n"), "f:1:8: count: expected a whole number, got text in quotes '7'");
  EXPECT_EQ(fault("count: [7]\n"), "f:1:8: count: expected a whole number, got a list");
  EXPECT_EQ(fault("count:\n"), "f:1:1: count: expected a whole number, got nothing");
  EXPECT_EQ(fault("sram: big\n"),
            "f:1:7: sram: expected a whole number with a unit (B, kB, KiB, MB, MiB, GB, GiB), got "
            "'big'");
  EXPECT_EQ(fault("weight: .inf\n"), "f:1:9: weight: expected a number, got '.inf'");
  EXPECT_EQ(fault("weight: 1e999\n"), "f:1:9: weight: 1e999 is too large");
  EXPECT_EQ(fault("name: [a]\n"), "f:1:7: name: expected text, got a list");
  EXPECT_EQ(fault("name: ~\n"), "f:1:1: name: expected text, got nothing");
  EXPECT_EQ(fault("part: 3\n"), "f:1:7: part: expected keys and values, got '3'");
  EXPECT_EQ(fault("part:\n"), "f:1:1: part: expected keys and values, got nothing");
  EXPECT_EQ(fault("numbers: 3\n"), "f:1:10: numbers: expected a list, got '3'");
  EXPECT_EQ(fault("numbers: [1, x]\n"), "f:1:14: numbers[1]: expected a whole number, got 'x'");
  EXPECT_EQ(fault("parts:\n  - size: 1\n  - note: x\n"), "f:3:5: missing key 'size' in parts[1]");
  EXPECT_EQ(fault("notes: x\n"), "f:1:8: notes: expected keys and values, got 'x'");
  EXPECT_EQ(fault("notes: {a: [1]}\n"), "f:1:12: notes['a']: expected text, got a list");
  EXPECT_EQ(fault("tint: RED\n"),
            "f:1:7: tint: expected one of red, deep_blue, got 'RED' (did you mean 'red'?)");
  EXPECT_EQ(fault("tint: 1\n"), "f:1:7: tint: expected one of red, deep_blue, got '1'");
  EXPECT_EQ(fault("pace: 1.5\n"), "f:1:7: pace: expected a ratio such as 9/8, got '1.5'");
  EXPECT_EQ(fault("pace: {num: 9, den: 8}\n"),
            "f:1:1: pace: expected a ratio such as 9/8, got keys and values");
  EXPECT_EQ(fault("just a text\n"), "f:1:1: expected keys and values, got 'just a text'");
  EXPECT_EQ(fault("- a\n- b\n"), "f:1:1: expected keys and values, got a list");
}

TEST(YamlReader, units) {
  EXPECT_EQ(fault("delay: 2\n"), "f:1:8: delay: 2 has no unit, write one of cycles, cycle");
  EXPECT_EQ(fault("sram: 64 KB\n"),
            "f:1:7: sram: unknown unit 'KB', write one of B, kB, KiB, MB, MiB, GB, GiB (did you "
            "mean 'kB'?)");
  EXPECT_EQ(fault("count: 8 words\n"), "f:1:8: count: takes a bare number, remove 'words' after 8");
  EXPECT_EQ(fault("sram: 1.3 KiB\n"), "f:1:7: sram: '1.3 KiB' is not a whole number of B");
  EXPECT_EQ(fault("sram: '128 KiB'\n"), "ok");
}

TEST(YamlReader, ranges) {
  EXPECT_EQ(fault("count: 0\n"), "f:1:8: count: 0 is out of range, 1 to 100");
  EXPECT_EQ(fault("count: 101\n"), "f:1:8: count: 101 is out of range, 1 to 100");
  EXPECT_EQ(fault("sram: 12 B\n"), "f:1:7: sram: 12 B is out of range, 1 KiB to 1 GiB");
  EXPECT_EQ(fault("clock: 0 Hz\n"), "f:1:8: clock: 0 Hz is out of range, 1 Hz to 100 GHz");
  EXPECT_EQ(fault("pace: 9/0\n"), "f:1:7: pace: 9/0 is out of range, 1 to 1000");
  EXPECT_EQ(fault("delay: 2147483648 cycles\n"),
            "f:1:8: delay: 2147483648 cycles is out of range, -2147483648 to 2147483647");
  EXPECT_EQ(fault("small: -1\n"), "f:1:8: small: -1 is out of range, 0 to 4294967295");
  EXPECT_EQ(fault("seed: 18446744073709551616\n"),
            "f:1:7: seed: 18446744073709551616 is out of range, 0 to 18446744073709551615");
  EXPECT_EQ(fault("seed: 99999999999999999999999999999999999999999999\n"),
            "f:1:7: seed: 99999999999999999999999999999999999999999999 has too many digits");
}

TEST(YamlReader, one_of_a_choice) {
  EXPECT_EQ(fault("left: 1\nright: 2\n"), "f:2:1: 'left' and 'right' exclude each other");
}

TEST(YamlReader, a_fault_leaves_the_message_as_it_was) {
  Sample sample;
  sample.set_count(5);
  EXPECT_FALSE(read_yaml("count: 6\nbad: 1\n", "f", sample).ok());
  EXPECT_EQ(sample.count(), 5);
  EXPECT_TRUE(read_yaml("name: x\n", "f", sample).ok());
  EXPECT_EQ(sample.count(), 0) << "what the file does not say is not kept from before";
}

TEST(YamlReader, files_are_named_as_they_were_given) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "yaml_reader";
  ASSERT_TRUE(make_output_folder(folder).ok());
  const std::filesystem::path path = folder / "bad.yaml";
  ASSERT_TRUE(write_file(path, "count: no\n").ok());
  Sample sample;
  const Status bad = read_yaml_file(path, sample);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().message, path.string() + ":1:8: count: expected a whole number, got 'no'");
  const Status absent = read_yaml_file(folder / "absent.yaml", sample);
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, ErrorKind::io);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weft
