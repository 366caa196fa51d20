// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "base/tensor_file.h"
#include "tests/cli/refusal.h"
#include "tests/models/scratch_checkpoint.h"

namespace weft::cli {
namespace {

using testing::Each;
using testing::HasSubstr;

/// Standard output of a command that succeeds and is silent otherwise.
std::string said(const Workplace& place, const Words& words) {
  const Outcome outcome = place.weft(words);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  return outcome.out;
}

TEST(Commands, HelpEverywhere) {
  const Workplace place;
  for (const Words& words :
       {Words{}, Words{"run"}, Words{"asm"}, Words{"disasm"}, Words{"arch"}, Words{"arch", "list"},
        Words{"arch", "show"}, Words{"arch", "check"}, Words{"model"}, Words{"model", "list"},
        Words{"model", "show"}, Words{"model", "check"}, Words{"bench"}}) {
    const std::string help = said(place, words + Words{"--help"});
    EXPECT_THAT(help, HasSubstr("Usage: weft"));
    for (std::size_t at = 0, end = 0; at < help.size(); at = end + 1) {
      end = help.find('\n', at);
      EXPECT_LE(end - at, 100) << help.substr(at, end - at);
    }
  }
  EXPECT_THAT(said(place, {"--version"}), testing::StartsWith("weft "));
}

TEST(Commands, Arch) {
  const Workplace place;
  EXPECT_THAT(said(place, {"arch", "list"}), HasSubstr("mesh32 "));
  const std::string shown = said(place, {"arch", "show", "mesh8", "--set", "tile.sram=96KiB"});
  EXPECT_THAT(shown, HasSubstr("96 KiB  --set tile.sram=96KiB"));
  EXPECT_THAT(said(place, {"arch", "check", "mesh8"}), HasSubstr("mesh8: sound (8x8 tiles"));
}

TEST(Commands, Model) {
  const Workplace place;
  EXPECT_THAT(said(place, {"model", "list"}),
              testing::ContainsRegex("fable-1m +869,504 parameters in f16"));
  const std::string shown = said(place, {"model", "show", "fable-1m"});
  EXPECT_THAT(shown, HasSubstr("layers.3.down"));
  EXPECT_THAT(shown, testing::Not(HasSubstr(" \n")));
  EXPECT_THAT(shown, HasSubstr("prefill of 256 tokens: "));
  const std::string large = said(place, {"model", "show", "llama-3-8b", "--context", "8192"});
  EXPECT_THAT(large, HasSubstr("The nodes of layers.0 x 32"));
  EXPECT_THAT(large, testing::Not(HasSubstr("layers.1.")));
  EXPECT_THAT(large, HasSubstr("Weights take 16.06 GB, the KV cache of 8,192 positions 1.074 GB"));
  EXPECT_THAT(said(place, {"model", "check", "models/zoo/fable-1m"}), HasSubstr("sound, with tok"));
}

TEST(Commands, JsonIsAllThereIsOnStandardOutput) {
  const Workplace place;
  const auto report = nlohmann::json::parse(said(
      place, run_fable({"--prompt", "Once", "--new-tokens", "2", "--check", "cpu", "--json"})));
  for (const char* key :
       {"version", "machine", "model", "phase", "engine", "cycles", "seconds", "tokens_per_second",
        "time_to_first_token", "time_per_output_token", "layers", "bins", "utilization",
        "generated", "check", "host", "provenance"}) {
    EXPECT_TRUE(report.contains(key)) << key;
  }
  double bins = 0;
  for (const char* key :
       {"compute", "setup", "moving", "input", "output", "unit", "memory", "idle"}) {
    bins += report["bins"].at(key).get<double>();
  }
  EXPECT_NEAR(bins, 1, 1e-9);
  EXPECT_EQ(report["engine"]["exact"], true);
  EXPECT_EQ(report["check"]["verdict"], "pass");
  EXPECT_EQ(report["generated"]["token_ids"].size(), 2);
  EXPECT_EQ(report["host"].size(), 4);
}

TEST(Commands, EmptyPromptStartsFromTheBeginOfSequenceToken) {
  const Workplace place;
  const auto report = nlohmann::json::parse(
      said(place, run_fable({"--prompt", "", "--new-tokens", "1", "--json"})));
  EXPECT_EQ(report["prompt_tokens"], 1);
}

TEST(Commands, PerplexityCountsEveryWindow) {
  const Workplace place;
  models::ScratchCheckpoint model("perplexity");
  model.write();
  nlohmann::json ids = nlohmann::json::array();
  for (int i = 0; i < 70; ++i) {
    ids.push_back(i * i % 10);
  }
  place.write("ids.json", ids.dump());
  const auto report = [&](const char* windows) {
    return nlohmann::json::parse(
        said(place, {"run", "--arch", "mesh8", "--model", model.folder().string(), "--perplexity",
                     "ids.json", "--windows", windows, "--check", "cpu", "--json"}));
  };
  const auto one = report("1");
  const auto all = report("0");
  EXPECT_EQ(one["prompt_tokens"], 32);
  EXPECT_EQ(all["prompt_tokens"], 64);
  EXPECT_EQ(all["cycles"], 2 * one["cycles"].get<std::int64_t>());
  EXPECT_EQ(all["layers"].size(), one["layers"].size());
  EXPECT_EQ(all["check"]["verdict"], "pass");
  EXPECT_GT(all["perplexity"], 1);
}

TEST(Commands, VerboseGoesToStandardError) {
  const Workplace place;
  const Outcome outcome =
      place.weft(run_fable({"--prompt", "x", "--new-tokens", "1", "--json", "-v"}));
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(nlohmann::json::accept(outcome.out));
  EXPECT_THAT(outcome.err, HasSubstr("strategy: tensor"));
}

/// The whole program of docs/isa.md.
std::string program_of_the_page(const Workplace& place) {
  const std::string page = place.read("docs/isa.md");
  const std::string fence = "```weft\n";
  const auto from = page.find(fence) + fence.size();
  return page.substr(from, page.find("```", from) - from);
}

TEST(Commands, TheProgramOfTheInstructionSetPage) {
  const Workplace place;
  std::filesystem::create_directory_symlink(std::filesystem::path(WEFT_SOURCE_DIR) / "docs",
                                            place / "docs");
  place.write("sum.weft", program_of_the_page(place));
  said(place, {"asm", "sum.weft", "-o", "sum.bundle", "--arch", "mesh8"});
  place.write("again.weft", said(place, {"disasm", "sum.bundle"}));
  said(place, {"asm", "again.weft", "-o", "again.bundle"});
  EXPECT_EQ(place.read("sum.bundle"), place.read("again.bundle"));
  EXPECT_THAT(said(place, {"run", "--arch", "mesh8", "--bundle", "sum.bundle"}),
              HasSubstr("sum.bundle on mesh8, 3x1 tiles"));
  said(place, {"run", "--arch", "mesh8", "--bundle", "sum.bundle", "--out", "o", "--tensors"});
  const auto file = TensorFile::open(place / "o/tensors.safetensors");
  ASSERT_TRUE(file.ok());
  const TensorView* total = file->find("total");
  ASSERT_NE(total, nullptr);
  std::vector<float> values(static_cast<std::size_t>(total->elements()));
  std::memcpy(values.data(), total->data.data(), total->data.size());
  EXPECT_THAT(values, testing::SizeIs(16));
  EXPECT_THAT(values, Each(3.75F));
}

TEST(Commands, TheOpcodeTableIsThatOfThePage) {
  const Workplace place;
  std::filesystem::create_directory_symlink(std::filesystem::path(WEFT_SOURCE_DIR) / "docs",
                                            place / "docs");
  EXPECT_THAT(place.read("docs/isa.md"), HasSubstr(said(place, {"asm", "--list-opcodes"})));
}

}  // namespace
}  // namespace weft::cli
