// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include "base/yaml_reader.h"
#include "tests/base/sample.pb.h"

namespace weft {
namespace {

using google::protobuf::util::MessageDifferencer;
using test::Sample;

Sample read(const std::string& yaml) {
  Sample sample;
  const Status status = read_yaml(yaml, "f", sample);
  EXPECT_TRUE(status.ok()) << status.error().message << "\n" << yaml;
  return sample;
}

void expect_round_trip(const Sample& sample) {
  const std::string yaml = write_yaml(sample);
  const Sample again = read(yaml);
  EXPECT_TRUE(MessageDifferencer::Equals(sample, again)) << yaml;
  EXPECT_EQ(write_yaml(again), yaml);
}

TEST(YamlWriter, writes_canonical_text) {
  Sample sample;
  sample.set_name("plain");
  sample.set_sram(131072);
  sample.set_clock(850e6);
  sample.mutable_pace()->set_num(9);
  sample.mutable_pace()->set_den(8);
  sample.mutable_part()->mutable_inner();
  sample.add_numbers(1);
  sample.add_numbers(2);
  sample.add_parts()->set_size(3);
  sample.mutable_parts(0)->set_note("a: b");
  (*sample.mutable_notes())["b"] = "assumed: \"x\"";
  (*sample.mutable_notes())["a.c"] = "no";
  EXPECT_EQ(write_yaml(sample),
            R"(name: plain
on: false
small: 0
seed: 0
weight: 0
light: 0
sram: 128 KiB
clock: 850 MHz
delay: 0 cycles
word: 0 bits
port: 0 B/cycle
energy: 0 pJ
tint: red
pace: 9/8
part:
  size: 0
  inner:
    size: 0
numbers: [1, 2]
parts:
  - size: 3
    note: "a: b"
notes:
  a.c: "no"
  b: "assumed: \"x\""
)");
}

TEST(YamlWriter, reads_back_to_the_same_message) {
  expect_round_trip(Sample());

  Sample sample;
  sample.set_on(true);
  sample.set_count(100);
  sample.set_small(4294967295u);
  sample.set_seed(18446744073709551615u);
  sample.set_weight(0.1);
  sample.set_light(0.1f);
  sample.set_sram(1025);
  sample.set_clock(1.0 / 3 * 1e9);
  sample.set_energy(1e-5);
  sample.set_tint(test::TINT_DEEP_BLUE);
  sample.mutable_pace()->set_num(4);
  sample.mutable_pace()->set_den(2);
  sample.mutable_part()->mutable_inner()->mutable_inner()->set_note("deep");
  for (int i = 0; i < 3; ++i) {
    sample.add_numbers(i - 1);
    sample.add_parts()->mutable_inner()->set_size(i);
    sample.add_paces()->set_num(i + 1);
    sample.mutable_paces(i)->set_den(2);
    sample.add_flags(i == 1);
    sample.add_tints(i == 1 ? test::TINT_RED : test::TINT_DEEP_BLUE);
    sample.add_sizes(1000 * i);
    sample.add_clocks(1e9 * i);
    (*sample.mutable_counts())["k" + std::to_string(i)] = i;
    (*sample.mutable_by_name())["p" + std::to_string(i)].set_size(i);
  }
  sample.set_left(0);
  sample.set_maybe(0);
  expect_round_trip(sample);
}

TEST(YamlWriter, any_text_reads_back) {
  Sample sample;
  for (const char* text :
       {"",       " ",    "null", "~",    "No", "true", "12",     "1.5", "- x",
        "a: b",   "a #b", "#",    "it's", "\"", "\\",   "a\nb\n", "\t",  "\x01\x7f",
        "größer", "名前", "x ",   "&a",   "*a", "!t",   "[",      "{}",  "@",
        "`",      "%",    "|",    ">",    "?",  "---",  "<<",     "a,b"}) {
    sample.add_words(text);
    (*sample.mutable_notes())[text] = text;
    sample.set_name(text);
    expect_round_trip(sample);
  }
}

}  // namespace
}  // namespace weft
