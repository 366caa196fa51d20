// SPDX-License-Identifier: Apache-2.0
#include "reference/measured.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace weft::reference {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json recording() {
  return json::parse(R"({
    "version": 1, "device": "GPU", "driver": "1.2", "toolkit": "13.0", "git": "abc",
    "date": "2026-01-02", "sm_clock_mhz": [1500, 1980], "copy_gb_per_s": 4000, "gemm_tflops": 700,
    "rows": [{"model": "llama-3-8b", "phase": "decode", "dtype": "fp16", "batch": 1,
              "context": 4096, "repeats": 20, "median_seconds": 0.005, "p10_seconds": 0.0049,
              "p90_seconds": 0.0052, "bytes": 15e9, "flops": 17e9, "fraction": 0.75,
              "power_watts": null}]})");
}

std::string refusal(const json& value) {
  const auto file = parse_measured(value.dump(), "m.json");
  return file.ok() ? "" : file.error().message;
}

TEST(Measured, ARecordingIsReadWhole) {
  const auto file = parse_measured(recording().dump(), "m.json");
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->device, "GPU");
  EXPECT_EQ(file->clock_mhz_high, 1980);
  ASSERT_EQ(file->rows.size(), 1U);
  EXPECT_EQ(file->rows[0].context, 4096);
  EXPECT_EQ(file->rows[0].median_seconds, 0.005);
  EXPECT_FALSE(file->rows[0].power_watts.has_value());
}

TEST(Measured, ABadKeyIsNamedWithItsRow) {
  const auto changed = [](const char* pointer, const json& value) {
    json file = recording();
    file[json::json_pointer(pointer)] = value;
    return refusal(file);
  };
  EXPECT_THAT(changed("/version", 2), HasSubstr("m.json: version 2; this program reads version 1"));
  EXPECT_THAT(changed("/device", ""), HasSubstr("m.json: device must be a text"));
  EXPECT_THAT(changed("/copy_gb_per_s", 0), HasSubstr("copy_gb_per_s must be a positive number"));
  EXPECT_THAT(changed("/sm_clock_mhz", 5), HasSubstr("sm_clock_mhz must be a list of two numbers"));
  EXPECT_THAT(changed("/rows", 5), HasSubstr("rows must be a list"));
  EXPECT_THAT(changed("/rows/0", 5), HasSubstr("m.json: rows[0]: is not an object"));
  EXPECT_THAT(changed("/rows/0/phase", "train"),
              HasSubstr("rows[0]: phase 'train' is neither decode nor prefill"));
  EXPECT_THAT(changed("/rows/0/batch", 1.5), HasSubstr("rows[0]: batch must be a whole number"));
  EXPECT_THAT(changed("/rows/0/median_seconds", 1),
              HasSubstr("rows[0]: p10_seconds, median_seconds and p90_seconds must ascend"));
  EXPECT_THAT(changed("/rows/0/power_watts", -1),
              HasSubstr("rows[0]: power_watts must be a positive number"));
  EXPECT_EQ(changed("/rows/0/power_watts", 350), "");
  EXPECT_EQ(changed("/more", "said"), "");
}

TEST(Measured, WhatIsNoJsonIsRefused) {
  EXPECT_THAT(parse_measured("{", "m.json").error().message, HasSubstr("m.json: is not JSON"));
  EXPECT_THAT(parse_measured(std::string(100, '['), "m.json").error().message,
              HasSubstr("m.json: is not JSON"));
  EXPECT_THAT(parse_measured("3", "m.json").error().message, HasSubstr("m.json: is not an object"));
}

TEST(Measured, NoFolderHoldsNoRecording) {
  const auto files = read_measured("nowhere/at/all");
  ASSERT_TRUE(files.ok());
  EXPECT_TRUE(files->empty());
}

}  // namespace
}  // namespace weft::reference
