// SPDX-License-Identifier: Apache-2.0
#include "reference/published.h"

#include <gmock/gmock.h>

#include "reference/csv.h"
#include "reference/devices.h"

namespace weft::reference {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string header =
    "shape,model,hardware,work,input,output,unit,value,first_token,note,source,confidence\n";

std::string refusal(const std::string& row) {
  const auto figures = parse_published("# a remark\n" + header + row, "p.csv");
  return figures.ok() ? "" : figures.error().message;
}

TEST(Csv, CellsMayStandInQuotes) {
  const auto rows = parse_csv("a,b\n\n\"x, \"\"y\"\"\",\n# no row\n,z\r\n", "f", {"a", "b"});
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_THAT((*rows)[0].cells, ElementsAre("x, \"y\"", ""));
  EXPECT_EQ((*rows)[0].line, 3);
  EXPECT_THAT((*rows)[1].cells, ElementsAre("", "z"));
  EXPECT_EQ((*rows)[1].line, 5);
}

TEST(Csv, WhatIsNoTableIsRefusedWithItsLine) {
  const auto refused = [](const std::string& text) {
    const auto rows = parse_csv(text, "f.csv", {"a", "b"});
    return rows.ok() ? "" : rows.error().message;
  };
  EXPECT_EQ(refused(""), "f.csv: has no header; it must be a,b");
  EXPECT_EQ(refused("a,c\n"), "f.csv:1: the header must be a,b");
  EXPECT_EQ(refused("a,b\n1\n"), "f.csv:2: 1 columns instead of 2");
  EXPECT_EQ(refused("a,b\n1,2,3\n"), "f.csv:2: 3 columns instead of 2");
  EXPECT_EQ(refused("a,b\n\"1,2\n"), "f.csv:2: a quote is not closed");
  EXPECT_THAT(refused("a,b\n\"1\"x,2\n"), StartsWith("f.csv:2: text behind a closing quote"));
  EXPECT_THAT(refused("a,b\n1\"x,2\n"), StartsWith("f.csv:2: a quote inside a cell"));
}

TEST(Published, AFigureIsReadWhole) {
  const auto figures = parse_published(
      header + "llama-3-8b,L8,2 H100,serve,128,2048,tokens/s,1.5e3,0.25,\"FP8, full\",a page,low\n",
      "p.csv");
  ASSERT_TRUE(figures.ok()) << figures.error().message;
  const PublishedFigure& f = figures->at(0);
  EXPECT_EQ(f.shape, "llama-3-8b");
  EXPECT_EQ(f.hardware, "2 H100");
  EXPECT_EQ(f.input, 128);
  EXPECT_EQ(f.output, 2048);
  EXPECT_EQ(f.value, 1500);
  EXPECT_EQ(f.first_token, 0.25);
  EXPECT_EQ(f.note, "FP8, full");
  EXPECT_EQ(f.source, "a page");
  EXPECT_EQ(f.confidence, "low");
}

TEST(Published, ABadCellIsNamedWithLineAndColumn) {
  const auto row = [](const char* work, const char* input, const char* unit, const char* value,
                      const char* source, const char* confidence) {
    return refusal(std::string("-,m,h,") + work + "," + input + ",0," + unit + "," + value + ",,," +
                   source + "," + confidence + "\n");
  };
  EXPECT_EQ(row("decode", "1", "tokens/s/user", "5", "s", "high"), "");
  EXPECT_THAT(row("decod", "1", "tokens/s/user", "5", "s", "high"),
              HasSubstr("p.csv:3: work 'decod' is none of decode, serve, train (did you mean "
                        "'decode'?)"));
  EXPECT_THAT(row("decode", "x", "tokens/s/user", "5", "s", "high"),
              HasSubstr("p.csv:3: input 'x' is not a whole number"));
  EXPECT_THAT(row("decode", "1", "tokens/s", "5", "s", "high"),
              HasSubstr("p.csv:3: unit 'tokens/s' is none of tokens/s/user"));
  EXPECT_THAT(row("decode", "1", "tokens/s/user", "nan", "s", "high"),
              HasSubstr("p.csv:3: value 'nan' is not a positive number"));
  EXPECT_THAT(row("decode", "1", "tokens/s/user", "5", "", "high"),
              HasSubstr("p.csv:3: source is empty"));
  EXPECT_THAT(row("decode", "1", "tokens/s/user", "5", "s", "sure"),
              HasSubstr("p.csv:3: confidence 'sure' is none of high, medium, low"));
}

TEST(Published, TheProjectsOwnTableIsSound) {
  const auto figures = load_published();
  ASSERT_TRUE(figures.ok()) << figures.error().message;
  EXPECT_EQ(figures->size(), 123U);
  EXPECT_EQ(published_of(*figures, "gpt3-175b", "PF-days")->value, 3640);
  EXPECT_FALSE(published_of(*figures, "llama-3-8b", "PF-days").has_value());
}

TEST(Devices, EveryNumberHasASource) {
  const auto devices = load_devices();
  ASSERT_TRUE(devices.ok()) << devices.error().message;
  EXPECT_EQ(devices->devices_size(), 18);
  const auto h100 = devices_named(*devices, "h100 sxm");
  ASSERT_TRUE(h100.ok());
  ASSERT_EQ(h100->devices_size(), 1);
  EXPECT_EQ(h100->devices(0).memory(), 80'000'000'000);
  EXPECT_EQ(h100->devices(0).memory_gb_per_s(), 3350);
  EXPECT_FALSE(is_assumed(h100->devices(0), "dense_tflops"));
  EXPECT_TRUE(is_assumed(devices_named(*devices, "MLU270")->devices(0), "dense_tflops"));
}

TEST(Devices, ANumberWithoutASourceIsRefused) {
  const std::string one =
      "devices:\n  - name: X\n    kind: gpu\n    memory: 1 GB\n    memory_gb_per_s: 1\n"
      "    dense_tflops: 1\n    power_watts: 1\n    sources:\n      memory: a\n"
      "      memory_gb_per_s: a\n      dense_tflops: a\n";
  const auto refused = [](const std::string& yaml) {
    const auto devices = parse_devices(yaml, "d.yaml");
    return devices.ok() ? "" : devices.error().message;
  };
  EXPECT_EQ(refused(one + "      power_watts: a\n"), "");
  EXPECT_THAT(refused(one), HasSubstr("d.yaml: X: power_watts has no source"));
  EXPECT_THAT(refused(one + "      power_watts: a\n      power_wats: a\n"),
              HasSubstr("source of power_wats, which is not there (did you mean 'power_watts'?)"));
  EXPECT_THAT(refused(one + "      power_watts: \"\"\n"),
              HasSubstr("the source of power_watts is empty"));
  const std::string sound = one + "      power_watts: a\n";
  EXPECT_THAT(refused(sound + sound.substr(sound.find('\n') + 1)),
              HasSubstr("d.yaml: X is there twice"));
  EXPECT_THAT(refused("devices:\n  - name: X\n    knd: gpu\n"), HasSubstr("d.yaml:3:5: "));
  const auto devices = load_devices();
  EXPECT_THAT(devices_named(*devices, "H1000").error().message,
              HasSubstr("--gpu H1000: no device has that in its name"));
}

}  // namespace
}  // namespace weft::reference
