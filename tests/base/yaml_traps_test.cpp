// SPDX-License-Identifier: Apache-2.0
// What YAML, or yaml-cpp, would silently read as something else.
#include <gmock/gmock.h>

#include "base/yaml_reader.h"
#include "tests/base/sample.pb.h"

namespace weft {
namespace {

std::string fault(const std::string& yaml) {
  test::Sample message;
  const Status status = read_yaml(yaml, "f", message);
  return status.ok() ? "ok" : status.error().message;
}

TEST(YamlTraps, no_is_no_bool) {
  EXPECT_EQ(fault("on: no\n"), "f:1:5: on: expected true or false, got 'no'");
  EXPECT_EQ(fault("on: Yes\n"), "f:1:5: on: expected true or false, got 'Yes'");
  EXPECT_EQ(fault("on: 1\n"), "f:1:5: on: expected true or false, got '1'");
  EXPECT_EQ(fault("on: 'true'\n"), "f:1:5: on: expected true or false, got text in quotes 'true'");
}

TEST(YamlTraps, octal_and_other_bases) {
  EXPECT_EQ(fault("count: 010\n"),
            "f:1:8: count: 010 has a leading zero, which YAML reads as octal: write 10");
  EXPECT_EQ(fault("numbers: [-007, 00]\n"),
            "f:1:11: numbers[0]: -007 has a leading zero, which YAML reads as octal: write -7\n"
            "f:1:17: numbers[1]: 00 has a leading zero, which YAML reads as octal: write 0");
  EXPECT_EQ(fault("sram: 064 KiB\n"),
            "f:1:7: sram: 064 has a leading zero, which YAML reads as octal: write 64");
  EXPECT_EQ(fault("weight: 00.5\n"),
            "f:1:9: weight: 00.5 has a leading zero, which YAML reads as octal: write 0.5");
  EXPECT_EQ(fault("weight: 0.5\n"), "ok");
  EXPECT_EQ(fault("count: 0x10\n"), "f:1:8: count: expected a whole number, got '0x10'");
  EXPECT_EQ(fault("count: 0o10\n"), "f:1:8: count: expected a whole number, got '0o10'");
  EXPECT_EQ(fault("count: 1_0\n"), "f:1:8: count: expected a whole number, got '1_0'");
  EXPECT_EQ(fault("count: 1:30\n"), "f:1:8: count: expected a whole number, got '1:30'");
}

TEST(YamlTraps, repeated_keys) {
  EXPECT_EQ(fault("count: 1\ncount: 1\n"), "f:2:1: duplicate key 'count', first on line 1");
  EXPECT_EQ(fault("part: {size: 1, size: 2}\n"),
            "f:1:17: duplicate key 'size' in part, first on line 1");
  EXPECT_EQ(fault("notes:\n  a: x\n  'a': y\n"),
            "f:3:3: duplicate key 'a' in notes, first on line 2");
}

TEST(YamlTraps, anchors_aliases_merges_and_tags) {
  EXPECT_EQ(fault("part: &p\n  size: 1\nparts: [*p]\n"),
            "f:1:7: YAML anchors (&name) are not supported: write the value out\n"
            "f:3:9: YAML aliases (*name) are not supported: write the value out");
  EXPECT_EQ(fault("part:\n  <<: {size: 1}\n  size: 2\n"),
            "f:2:3: YAML merge keys (<<) are not supported: write the values out");
  EXPECT_EQ(fault("count: !!int 3\n"),
            "f:1:8: YAML tags are not supported: remove 'tag:yaml.org,2002:int'");
}

TEST(YamlTraps, tabs) {
  EXPECT_EQ(fault("part:\n\tsize: 1\nparts:\n  \t- size: 1\n"),
            "f:2:1: a tab in the indentation: use spaces\n"
            "f:4:3: a tab in the indentation: use spaces");
  EXPECT_EQ(fault("count: 1\n\t\n"), "f:2:1: a tab in the indentation: use spaces");
  EXPECT_EQ(fault("count: 1\t# a comment\n"), "ok");
}

TEST(YamlTraps, syntax_errors) {
  EXPECT_EQ(fault("numbers: [1, 2\n"), "f:2:1: not YAML: end of sequence flow not found");
  EXPECT_EQ(fault("name: a: b\n"), "f:1:8: not YAML: illegal map value");
  EXPECT_EQ(fault("count: 1\n  part: 2\n"), "f:2:7: not YAML: illegal map value");
  EXPECT_EQ(fault("parts: [*nobody]\n"), "f:1:9: not YAML: the referenced anchor is not defined");
  EXPECT_THAT(fault(std::string(5000, '[')), testing::HasSubstr("not YAML: "));
}

TEST(YamlTraps, one_document_of_text) {
  EXPECT_EQ(fault("---\ncount: 1\n"), "ok");
  EXPECT_EQ(fault("count: 1\n---\ncount: 2\n"),
            "f:2:1: this is no part of what stands above: a second document, or wrong "
            "indentation");
  EXPECT_EQ(fault("count: 1\nname: \xff\n"), "f:2:7: not UTF-8 text");
  EXPECT_EQ(fault("name: \xed\xa0\x80\n"), "f:1:7: not UTF-8 text");
  EXPECT_EQ(fault(std::string("name: a\0b\n", 10)), "f:1:8: not UTF-8 text");
  EXPECT_EQ(fault("name: größer\r\ncount: 0\r\n"), "f:2:8: count: 0 is out of range, 1 to 100");
}

TEST(YamlTraps, wrong_indentation_is_no_second_document_in_silence) {
  EXPECT_EQ(fault("  count: 1\nname: x\n"),
            "f:2:1: this is no part of what stands above: a second document, or wrong "
            "indentation");
}

TEST(YamlTraps, quotes_close) {
  EXPECT_EQ(fault("count: 1\nname: 'open\non: true\n"), "f:2:7: this quote is never closed");
  EXPECT_EQ(fault("words: [x]\nname: \"it's \\\"\n"), "f:2:7: this quote is never closed");
  EXPECT_EQ(fault("name: 'it''s'\nwords: [\"'\", '\"', \"\\\\\"]\n"), "ok");
  EXPECT_EQ(fault("name: |\n  it's\n"), "ok");
  EXPECT_EQ(fault("\xef\xbb\xbf'name': 'x'\n"), "ok") << "a byte order mark is passed over";
}

TEST(YamlTraps, keys_that_are_no_names) {
  EXPECT_EQ(fault("? [a]\n: 1\n"), "f:1:3: a key must be a name, got a list");
  EXPECT_EQ(fault("~: 1\n"), "f:1:1: a key must be a name, got nothing");
}

TEST(YamlTraps, a_long_or_many_line_text_is_shown_short) {
  EXPECT_EQ(fault("count: \"a\\nb\"\n"),
            "f:1:8: count: expected a whole number, got text in quotes 'a b'");
  EXPECT_EQ(fault("on: " + std::string(39, 'x') + "ö\n"),
            "f:1:5: on: expected true or false, got '" + std::string(39, 'x') + "…'");
}

}  // namespace
}  // namespace weft
