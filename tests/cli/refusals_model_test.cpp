// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>

#include "tests/cli/refusal.h"
#include "tests/models/scratch_checkpoint.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using models::ScratchCheckpoint;
using testing::HasSubstr;

Words run_model(const fs::path& model) {
  return {"run",          "--arch", "mesh8", "--model", model.string(), "--prompt-tokens", "1,5,7",
          "--new-tokens", "2",      "--out", "o"};
}

void expect_refused(const ScratchCheckpoint& model, const Words& parts, int exit_code = kInput) {
  const Workplace place;
  expect_refused(place, run_model(model.folder()), exit_code, parts);
  expect_refused(place, {"model", "check", model.folder().string()}, exit_code, parts);
}

TEST(ModelRefusals, NoSuchModel) {
  const Workplace place;
  expect_refused(place, run_model("elsewhere/model"), kInput,
                 {"model 'elsewhere/model': no such folder", "; give a Hugging Face folder or"});
  expect_refused(place, run_model("fable-m1"), kInput,
                 {"no zoo model of that name (did you mean 'fable-1m'?)"});
  place.write("file", "x");
  expect_refused(place, run_model("file"), kInput, {"model 'file': is a file; give the folder"});
}

TEST(ModelRefusals, MissingFiles) {
  ScratchCheckpoint model("missing_files");
  model.write();
  fs::rename(model.folder() / "config.json", model.folder() / "aside");
  expect_refused(model, {"/config.json: no such file; give a Hugging Face folder"});
  fs::rename(model.folder() / "aside", model.folder() / "config.json");
  fs::remove(model.folder() / "model.safetensors");
  expect_refused(model, {"/model.safetensors: no such file"});
}

TEST(ModelRefusals, ValuesWithoutWeights) {
  const ScratchCheckpoint model("no_weights");
  auto config = model.config;
  config["torch_dtype"] = "float16";
  std::ofstream(model.folder() / "config.json") << config.dump();
  const Workplace place;
  const Words run = run_model(model.folder());
  for (const Words& more : {Words{}, Words{"--check", "cpu"}}) {
    expect_refused(place, run + more, kInput,
                   {model.folder().string() + ": holds config.json and no weights",
                    "use --data off, or put the weights there"});
  }
  expect_refused(place, run + Words{"--data", "off", "--check", "cpu"}, kInput,
                 {"--data off computes no values: drop it or --check"});
  EXPECT_EQ(place.weft(run + Words{"--data", "off"}).exit_code, 0);
  EXPECT_THAT(place.weft({"model", "check", model.folder().string()}).out,
              HasSubstr("; without weights: use --data off"));
}

TEST(ModelRefusals, LongerThanTheContext) {
  expect_refused(Workplace(), {"model", "show", "fable-1m", "--tokens", "257"}, kInput,
                 {"--tokens 257: the context of fable-1m is 256"});
  expect_refused(Workplace(), {"model", "show", "fable-1m", "--context", "300"}, kInput,
                 {"--context 300: the context of fable-1m is 256"});
}

TEST(ModelRefusals, MissingTensor) {
  ScratchCheckpoint model("missing_tensor");
  model.tensors.erase("model.layers.1.mlp.up_proj.weight");
  model.write();
  expect_refused(model, {"model.safetensors: tensor \"model.layers.1.mlp.up_proj.weight\" is missi",
                         "; config.json and the weights must be of one model"});
}

TEST(ModelRefusals, WeightsThatAreNotFinite) {
  ScratchCheckpoint model("nan");
  model.tensors["model.norm.weight"].odd = {{3, NAN}};
  model.write();
  expect_refused(model, {"model.norm.weight", "element 3 of 8 is NaN"});
  const Workplace place;  // timing reads no weights
  Words timing = run_model(model.folder());
  timing.insert(timing.end(), {"--data", "off"});
  EXPECT_EQ(place.weft(timing).exit_code, 0);
}

TEST(ModelRefusals, MisshapedTensor) {
  ScratchCheckpoint model("misshaped");
  model.add("model.layers.0.mlp.up_proj.weight", {12, 9});
  model.write();
  expect_refused(model,
                 {"tensor \"model.layers.0.mlp.up_proj.weight\" has shape", "config.json as"});
}

TEST(ModelRefusals, TruncatedWeights) {
  ScratchCheckpoint model("truncated");
  model.write();
  const fs::path weights = model.folder() / "model.safetensors";
  fs::resize_file(weights, fs::file_size(weights) - 10);
  expect_refused(model, {"model.safetensors: tensor", "the file is cut short: copy or export"});
  fs::resize_file(weights, 100);
  expect_refused(model, {"its header claims", "either it is cut short or it is not safetensors"});
  fs::resize_file(weights, 0);
  expect_refused(model, {"only 0 bytes: no safetensors header; copy or export"});
}

TEST(ModelRefusals, Config) {
  ScratchCheckpoint model("config");
  model.config["rope_scaling"] = {{"type", "linear"}, {"factor", 2.0}};
  model.write();
  expect_refused(model, {"config.json: rope_scaling", "is not supported; only models that leave"});
  std::ofstream(model.folder() / "config.json") << "{ \"model_type\": ";
  expect_refused(model, {"config.json: not valid JSON"});
}

TEST(ModelRefusals, ForeignTokenizer) {
  ScratchCheckpoint model("tokenizer");
  model.write();
  fs::copy_file(fs::path(WEFT_SOURCE_DIR) / "models/zoo/fable-1m/tokenizer.model",
                model.folder() / "tokenizer.model");
  expect_refused(model, {"tokenizer.model: "});
  std::ofstream(model.folder() / "tokenizer.model") << "no tokenizer at all";
  expect_refused(model, {"tokenizer.model: "});
}

TEST(ModelRefusals, TextWithoutTokenizerButIdsRun) {
  const Workplace place;
  ScratchCheckpoint model("no_tokenizer");
  model.write();
  const std::string folder = model.folder().string();
  const Words on{"run", "--arch", "mesh8", "--model", folder, "--new-tokens", "3"};
  expect_refused(
      place, on + Words{"--prompt", "Once"}, kInput,
      {"no tokenizer.model in this folder; give the prompt as ids with --prompt-tokens"});
  const Outcome ids = place.weft(on + Words{"--prompt-tokens", "1,5,7"});
  EXPECT_EQ(ids.exit_code, 0) << ids.err;
  EXPECT_THAT(ids.out, testing::ContainsRegex("^[0-9]+,[0-9]+,[0-9]+\n"));
  EXPECT_THAT(place.weft({"model", "check", folder}).out, HasSubstr("sound, without tokenizer"));
}

}  // namespace
}  // namespace weft::cli
