// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const Words decode_fable = {"compare", "--model", "fable-1m", "--arch", "none", "--seq", "64"};

json compared(const Workplace& place, const Words& words) {
  const Outcome outcome = place.weft(words + Words{"--json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  return json::parse(outcome.out);
}

std::vector<json> rows_of(const json& report, const std::string& origin) {
  std::vector<json> rows;
  for (const json& row : report["rows"]) {
    if (row["origin"] == origin) {
      rows.push_back(row);
    }
  }
  return rows;
}

void expect_lines_fit(const std::string& text) {
  for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    EXPECT_LE(end - at, 101) << text.substr(at, end - at);
  }
}

json recording() {
  return {{"version", 1},
          {"device", "NVIDIA H100"},
          {"driver", "1"},
          {"toolkit", "13.0"},
          {"git", "abc"},
          {"date", "2026-01-02"},
          {"sm_clock_mhz", {1500, 1980}},
          {"copy_gb_per_s", 3000},
          {"gemm_tflops", 700},
          {"rows",
           {{{"model", "fable-1m"},
             {"phase", "decode"},
             {"dtype", "fp16"},
             {"batch", 2},
             {"context", 64},
             {"repeats", 20},
             {"median_seconds", 0.001},
             {"p10_seconds", 0.0009},
             {"p90_seconds", 0.0011},
             {"bytes", 1e6},
             {"flops", 1e6},
             {"fraction", 0.7},
             {"power_watts", 400}}}}};
}

TEST(CompareCommand, SimulatesTheWaferAndSaysHow) {
  const Workplace place;
  const Words words = {"compare", "--model", "fable1m", "--arch", "mesh32",
                       "--seq",   "64",      "--gpu",   "H100"};
  const json report = compared(place, words);
  EXPECT_EQ(report["model"], "fable-1m");
  const auto simulated = rows_of(report, "simulated");
  ASSERT_EQ(simulated.size(), 1U);
  EXPECT_EQ(simulated[0]["device"], "mesh32");
  EXPECT_GT(simulated[0]["tokens_per_second"], 0);
  EXPECT_GT(simulated[0]["tokens_per_second_per_watt"], 0);
  EXPECT_THAT(simulated[0]["conditions"].get<std::string>(), HasSubstr("engine dataflow, exact; "));
  EXPECT_EQ(simulated[0]["assumed"].size(), 1U);
  EXPECT_EQ(rows_of(report, "roofline").size(), 2U);
  const Outcome table = place.weft(words);
  EXPECT_THAT(table.out, HasSubstr("cycles at 850 MHz; "));
  EXPECT_THAT(table.out, HasSubstr("seconds = max(bytes / bandwidth, FLOP / peak) at 100 %"));
  expect_lines_fit(table.out);
}

TEST(CompareCommand, TakesARunInsteadOfSimulating) {
  const Workplace place;
  const Outcome ran =
      place.weft({"run", "--arch", "mesh8", "--model", "fable-1m", "--phase", "decode", "--seq",
                  "64", "--new-tokens", "1", "--data", "off", "--out", "o"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const Words words = {"compare", "--model", "fable-1m", "--seq", "64",
                       "--gpu",   "V100",    "--run",    "o"};
  const auto simulated = rows_of(compared(place, words), "simulated");
  ASSERT_EQ(simulated.size(), 1U);
  const json run = json::parse(place.read("o/report.json"));
  EXPECT_EQ(simulated[0]["tokens_per_second"], run["tokens_per_second"]);
  EXPECT_EQ(simulated[0]["watts"], run["energy"]["watts"]);
  EXPECT_EQ(place.weft(words + Words{"--phase", "prefill"}).exit_code, kInput);
  EXPECT_THAT(place.weft(words + Words{"--phase", "prefill"}).err,
              HasSubstr("--run o: is a run of fable-1m, decode; give one of fable-1m, prefill"));
  EXPECT_THAT(place.weft(words + Words{"--batch", "2"}).err,
              HasSubstr("batch 1; compare it with the same --seq and --batch"));
}

TEST(CompareCommand, ABatchOnTheWaferHasTokensInAllAndPerUser) {
  const Workplace place;
  const Words words = {"compare", "--arch",  "mesh32", "--model", "fable-1m", "--seq",
                       "64",      "--batch", "4",      "--gpu",   "V100"};
  const auto simulated = rows_of(compared(place, words), "simulated");
  ASSERT_EQ(simulated.size(), 1U);
  EXPECT_DOUBLE_EQ(simulated[0]["tokens_per_second"].get<double>(),
                   4 * simulated[0]["tokens_per_second_per_user"].get<double>());
}

TEST(CompareCommand, SaysWhichRecordingIsMissingAndWhatMakesIt) {
  const Workplace place;
  const json report = compared(place, decode_fable);
  EXPECT_TRUE(rows_of(report, "measured").empty());
  bool said = false;
  for (const json& note : report["notes"]) {
    if (note["missing"] == true) {
      said = true;
      EXPECT_EQ(note["origin"], "measured");
      EXPECT_THAT(note["text"].get<std::string>(),
                  HasSubstr("reference/measured/*.json, so no recording of fable-1m, decode, "
                            "context 64, batch 1; scripts/record-gpu does not time it, but "
                            "llama-3-8b decode at context 4,096, batch 1;"));
    }
  }
  EXPECT_TRUE(said);
}

TEST(CompareCommand, NamesTheCommandThatWritesWhatItWouldWrite) {
  const Workplace place;
  const json report = compared(place, {"compare", "--model", "llama3-8b", "--arch", "none"});
  const auto& notes = report["notes"];
  const auto note =
      std::ranges::find_if(notes, [](const json& one) { return one["missing"] == true; });
  if (note == notes.end()) {
    GTEST_SKIP() << "a GPU has been recorded";
  }
  EXPECT_THAT((*note)["text"].get<std::string>(),
              HasSubstr("batch 1; scripts/record-gpu writes it on a machine with an NVIDIA GPU"));
}

TEST(CompareCommand, ADecodeStepTakesItsFirstTokenFromThePromptOfTheSameRecording) {
  const Workplace place;
  std::filesystem::create_directory(place / "m");
  json with_prompt = recording();
  json prompt = with_prompt["rows"][0];
  prompt["phase"] = "prefill";
  prompt["median_seconds"] = prompt["p10_seconds"] = prompt["p90_seconds"] = 0.25;
  with_prompt["rows"].push_back(prompt);
  const auto first_token = [&](const json& file) {
    place.write("m/h100.json", file.dump());
    const Words words = decode_fable + Words{"--measured", "m", "--batch", "2"};
    return rows_of(compared(place, words), "measured").at(0)["time_to_first_token"];
  };
  EXPECT_EQ(first_token(with_prompt), 0.25);
  with_prompt["rows"][1]["batch"] = 1;
  EXPECT_TRUE(first_token(with_prompt).is_null()) << "another batch tells nothing";
}

TEST(CompareCommand, ShowsWhatWasRecordedOnAGpu) {
  const Workplace place;
  std::filesystem::create_directory(place / "m");
  place.write("m/h100.json", recording().dump());
  const Words words = decode_fable + Words{"--measured", "m"};
  const auto measured = rows_of(compared(place, words + Words{"--batch", "2"}), "measured");
  ASSERT_EQ(measured.size(), 1U);
  EXPECT_EQ(measured[0]["device"], "NVIDIA H100");
  EXPECT_EQ(measured[0]["tokens_per_second_per_user"], 1000);
  EXPECT_EQ(measured[0]["tokens_per_second"], 2000);
  EXPECT_EQ(measured[0]["tokens_per_second_per_watt"], 5);
  EXPECT_THAT(measured[0]["sources"][0].get<std::string>(), HasSubstr("recorded 2026-01-02"));
  // Another batch, another context, another machine: not this recording.
  for (const Words& more :
       {Words{}, Words{"--batch", "2", "--seq", "65"}, Words{"--batch", "2", "--gpu", "V100"}}) {
    Words other = {"compare", "--model", "fable-1m", "--arch", "none", "--measured", "m"};
    EXPECT_TRUE(rows_of(compared(place, other + more), "measured").empty());
  }
}

TEST(CompareCommand, RefusesRecordingsItCannotRead) {
  const Workplace place;
  expect_refused(place, decode_fable + Words{"--measured", "nowhere"}, kIo,
                 {"--measured nowhere: no such folder", "scripts/record-gpu"});
  std::filesystem::create_directory(place / "m");
  json bad = recording();
  bad["rows"][0]["batch"] = 0;
  place.write("m/h100.json", bad.dump());
  const Outcome outcome = place.weft(decode_fable + Words{"--measured", "m"});
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_EQ(outcome.err, "weft: m/h100.json: rows[0]: batch must be a positive number\n");
}

TEST(CompareCommand, PublishedFiguresCarryTheirConditions) {
  const Workplace place;
  const Words words = {"compare", "--model", "llama3-8b", "--arch", "none"};
  const auto near = rows_of(compared(place, words), "published");
  const auto all = rows_of(compared(place, words + Words{"--all"}), "published");
  EXPECT_EQ(all.size(), 26U);
  EXPECT_EQ(near.size(), 8U);
  for (const json& row : all) {
    EXPECT_EQ(row["sources"].size(), 1U) << row;
    EXPECT_THAT(row["conditions"].get<std::string>(), HasSubstr("Llama3"));
    EXPECT_TRUE(row["watts"].is_null()) << "nobody said what it drew";
  }
  expect_lines_fit(place.weft(words + Words{"--all", "--sources"}).out);
}

TEST(CompareCommand, AWaferThatCannotIsANote) {
  const Workplace place;
  const json report =
      compared(place, {"compare", "--model", "llama3-8b", "--arch", "mesh8", "--gpu", "H100 SXM"});
  EXPECT_TRUE(rows_of(report, "simulated").empty());
  const json& note = report["notes"].back();
  EXPECT_EQ(note["origin"], "simulated");
  EXPECT_THAT(note["text"].get<std::string>(), HasSubstr("does not fit"));
  EXPECT_EQ(rows_of(report, "roofline").size(), 1U);
}

TEST(CompareCommand, ModelsTooLargeForOneDeviceTakeSeveral) {
  const Workplace place;
  const auto rows = rows_of(compared(place, {"compare", "--model", "llama-3.1-405b", "--arch",
                                             "none", "--gpu", "H100 SXM"}),
                            "roofline");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["devices"], 11);  // 811.7 GB of weights and 2.1 GB of cache on 80 GB each
}

TEST(CompareCommand, TrainingReproducesWhatIsPublishedOfGpt3) {
  const Workplace place;
  const Words words = {"compare", "--train", "--model", "gpt3-175b", "--tokens", "300e9"};
  const json report = compared(place, words);
  EXPECT_EQ(report["parameters"], 174'604'259'328);
  ASSERT_EQ(report["checks"].size(), 3U);
  EXPECT_EQ(report["checks"][0]["published"], 3640);
  EXPECT_LT(std::abs(report["checks"][0]["residual_percent"].get<double>()), 0.1);
  EXPECT_EQ(report["checks"][1]["published"], 355);
  EXPECT_LT(std::abs(report["checks"][1]["residual_percent"].get<double>()), 0.5);
  EXPECT_EQ(report["checks"][2]["published"], 4.6e6);
  EXPECT_LT(std::abs(report["checks"][2]["residual_percent"].get<double>()), 2);
  EXPECT_THAT(report["checks"][2]["assumptions"].get<std::string>(), HasSubstr("$1.50"));
  const Outcome table = place.weft(words);
  EXPECT_THAT(table.out, HasSubstr("at 28 TFLOP/s (22.4 %"));
  expect_lines_fit(table.out);
}

TEST(CompareCommand, TrainingTakesUtilizationPriceAndNumber) {
  const Workplace place;
  const json report = compared(
      place, {"compare", "--train", "--model", "gpt2-1.5b", "--tokens", "1e9", "--gpu", "V100 SXM2",
              "--utilization", "0.5", "--price-per-hour", "2", "--gpus", "8"});
  EXPECT_TRUE(report["checks"].empty());
  EXPECT_EQ(report["utilization_assumed"], false);
  const json& row = report["rows"][0];
  const double days = report["products"]["flops"].get<double>() / (0.5 * 125e12) / 86400;
  EXPECT_NEAR(row["device_days"].get<double>(), days, days * 1e-9);
  EXPECT_NEAR(row["days"].get<double>(), days / 8, days * 1e-9);
  EXPECT_NEAR(row["usd"].get<double>(), days * 48, days * 1e-6);
  EXPECT_TRUE(row["sources"].empty());
}

TEST(CompareCommand, Refusals) {
  const Workplace place;
  const auto refused = [&](const Words& words, const Words& parts) {
    expect_refused(place, Words{"compare"} + words, kInput, parts);
  };
  const Words fable = {"--model", "fable-1m", "--arch", "none"};
  refused(fable + Words{"--gpu", "H1000"}, {"--gpu H1000", "there are V100 SXM2, A100 40GB"});
  refused(fable + Words{"--seq", "256"},
          {"--seq 256", "context of fable-1m is 256", "at most 255"});
  refused(fable + Words{"--phase", "decod"}, {"--phase", "(did you mean 'decode'?)"});
  refused(fable + Words{"--efficiency", "1.5"}, {"--efficiency", "above 0 and at most 1"});
  refused({"--model", "fable-1m", "--arch", "mesh9"}, {"mesh9", "mesh8"});
  refused({"--model", "gpt3-175b"}, {"model_type = \"gpt2\"", "weft compare --train"});
  refused({"--model", "fable-1m", "--train"}, {"--train means nothing without --tokens"});
  refused({"--model", "fable-1m", "--tokens", "1e9"}, {"--tokens means nothing without --train"});
  refused({"--model", "gpt3-175b", "--train", "--tokens", "nan"}, {"'nan' is not a positive"});
  refused({"--model", "gpt3-175b", "--train", "--tokens", "1", "--batch", "2"},
          {"does not go with", "--train"});
  refused({"--model", "gpt3-175b", "--train", "--tokens", "1", "--seq", "4096"},
          {"--seq 4096", "context of gpt3-175b is 2048"});
  refused({"--model", "fable-1m", "--arch", "mesh8", "--run", "o"}, {"does not go with"});
}

TEST(CompareCommand, ModelsInThirtyTwoBitsHaveNoRatesToBeComparedWith) {
  const Workplace place;
  json config = json::parse(place.read("models/zoo/llama-3-8b/config.json"));
  config["torch_dtype"] = "float32";
  std::filesystem::create_directory(place / "wide");
  place.write("wide/config.json", config.dump());
  const Outcome outcome = place.weft({"compare", "--model", "wide", "--arch", "none"});
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_EQ(outcome.error_lines().size(), 1U);
  EXPECT_THAT(outcome.err, HasSubstr("wide: its weights are f32"));
}

TEST(CompareCommand, ARecordingOrRunOfAnotherKindIsRefused) {
  const Workplace place;
  const Words words = {"compare", "--model", "fable-1m", "--seq", "64", "--run", "o"};
  std::filesystem::create_directory(place / "o");
  EXPECT_EQ(place.weft(words).exit_code, kIo);
  place.write("o/report.json", "{}");
  const Outcome outcome = place.weft(words);
  EXPECT_EQ(outcome.exit_code, kInput);
  EXPECT_EQ(outcome.err,
            "weft: o/report.json: is no report.json of weft run; give the folder of --out\n");
}

TEST(ModelCommand, AModelWithACostOnlyIsShownAndNotRun) {
  const Workplace place;
  const Outcome shown = place.weft({"model", "show", "gpt3-175b"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("174,604,259,328 parameters, 96 layers"));
  EXPECT_THAT(shown.out, HasSubstr("2 x 174,563,733,504 weights x tokens"));
  EXPECT_THAT(place.weft({"model", "list"}).out,
              HasSubstr("bert-large      336,226,108 parameters"));
  for (const Words& words :
       {Words{"run", "--arch", "mesh8", "--model", "gpt3-175b", "--prompt-tokens", "1"},
        Words{"map", "--arch", "mesh8", "--model", "gpt3-175b"},
        Words{"model", "check", "gpt3-175b"}}) {
    expect_refused(place, words, kInput,
                   {"gpt3-175b/config.json: model_type", "has a cost and no graph"});
  }
  expect_refused(place, {"model", "show", "gpt3-175b", "--context", "5"}, kInput,
                 {"--context 5", "give --tokens"});
  expect_refused(place, {"model", "show", "gpt3-175b", "--tokens", "4096"}, kInput,
                 {"--tokens 4096", "is 2048; give at most that"});
}

}  // namespace
}  // namespace weft::cli
