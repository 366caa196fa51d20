// SPDX-License-Identifier: Apache-2.0
// Sequences side by side say what each says alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "arch/machine.h"
#include "isa/verify.h"
#include "mapper/map.h"
#include "models/checkpoint.h"
#include "sim/simulate.h"
#include "tests/whole/fable.h"
#include "tests/whole/random_model.h"

namespace weft {
namespace {

std::string ids_of(const std::vector<int>& ids) {
  std::string text;
  for (const int id : ids) {
    text += (text.empty() ? "" : ",") + std::to_string(id);
  }
  return text;
}

using Prompts = std::vector<std::vector<int>>;

cli::RunArguments batch_run(const std::string& arch, const std::string& region,
                            const std::string& model, const Prompts& prompts) {
  cli::RunArguments arguments = fable_run(arch, region);
  arguments.model = model;
  arguments.prompt.reset();
  arguments.prompt_tokens = ids_of(prompts.front());
  for (std::size_t i = 1; i < prompts.size(); ++i) {
    arguments.more_prompt_tokens.push_back(ids_of(prompts[i]));
  }
  arguments.batch = static_cast<int>(prompts.size());
  arguments.new_tokens = 5;
  return arguments;
}

const traces::Generated& sequence(const cli::RunOutcome& outcome, std::size_t i) {
  return i == 0 ? outcome.recording.generated()
                : outcome.recording.more_generated(static_cast<int>(i) - 1);
}

// Every op of every sequence inside its bound, tokens as alone, and both engines agree on the time.
// Bits may differ from those of a run alone: its sums may go in other trees, its weights of
// attention meet values in another order.
void expect_as_alone(const cli::RunArguments& arguments, const Prompts& prompts) {
  const auto batch = cli::run(arguments);
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  EXPECT_EQ(batch->recording.check().verdict(), "pass") << batch->recording.check().first_bad();
  EXPECT_EQ(batch->exit_code(), 0);
  EXPECT_TRUE(batch->result.exact) << batch->result.exactness;
  const auto width = static_cast<std::size_t>(batch->result.tensors.at("logits").shape.back());
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    cli::RunArguments one = arguments;
    one.batch = 1;
    one.more_prompt_tokens.clear();
    one.prompt_tokens = ids_of(prompts[i]);
    const auto alone = cli::run(one);
    ASSERT_TRUE(alone.ok()) << alone.error().message;
    EXPECT_THAT(sequence(*batch, i).token_ids(),
                testing::ElementsAreArray(alone->recording.generated().token_ids()))
        << "sequence " << i;
    const auto& mine = batch->result.tensors.at("logits").values;
    const auto& right = alone->result.tensors.at("logits").values;
    ASSERT_EQ(mine.size(), right.size() * prompts.size());
    const std::size_t last = right.size() / width - 1;
    for (std::size_t column = 0; column < width; ++column) {
      const float a = mine[(last * prompts.size() + i) * width + column];
      const float b = right[last * width + column];
      ASSERT_NEAR(a, b, 0.02 * (1 + std::fabs(b))) << "sequence " << i << " logit " << column;
    }
  }
  for (const char* engine : {"dataflow", "word"}) {
    cli::RunArguments timing = arguments;
    timing.check = "none";
    timing.data = "off";
    timing.engine = engine;
    const auto other = cli::run(timing);
    ASSERT_TRUE(other.ok()) << other.error().message;
    EXPECT_EQ(other->result.cycles, batch->result.cycles) << engine;
  }
}

Prompts fable_prompts(std::size_t count) {
  Prompts prompts = {{1, 431, 354, 372, 283, 100},
                     {1, 30, 45, 77, 100, 21},
                     {1, 9, 300, 12, 81, 44},
                     {1, 431, 354, 372, 283, 101}};
  prompts.resize(count);
  return prompts;
}

class Batch : public testing::TestWithParam<int> {};

TEST_P(Batch, OfDifferentPromptsIsAsEachAloneOnMesh32) {
  const Prompts prompts = fable_prompts(static_cast<std::size_t>(GetParam()));
  const char* const region = GetParam() == 2 ? "32x32" : GetParam() == 3 ? "13x17+5+3" : "20x24";
  expect_as_alone(batch_run("mesh32", region, fable_folder(), prompts), prompts);
}

TEST_P(Batch, OfDifferentPromptsIsAsEachAloneOnMesh8) {
  const Prompts prompts = fable_prompts(static_cast<std::size_t>(GetParam()));
  cli::RunArguments arguments = batch_run("mesh8", "8x8", fable_folder(), prompts);
  arguments.overrides = {"tile.sram=128 KiB"};
  expect_as_alone(arguments, prompts);
}

INSTANTIATE_TEST_SUITE_P(Of, Batch, testing::Values(2, 3, 4));

TEST(BatchOfModels, DrawnOnesInAllTypesAreAsAlone) {
  for (const char* const model : {"drawn-f16", "drawn-bf16", "drawn-f32"}) {
    SCOPED_TRACE(model);
    const auto checkpoint = models::load_checkpoint(model);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
    const Prompts prompts = {{1, 5, 9, 14}, {2, 3, 7, 11}, {30, 8, 2, 6}};
    cli::RunArguments arguments = batch_run("mesh32", "17x19", model, prompts);
    arguments.overrides = {"tile.sram=1 MiB"};
    expect_as_alone(arguments, prompts);
  }
}

// A prompt of more ids than tiles should hold is dealt over rows, the ids of a step together.
TEST(BatchOfModels, LongPromptsAreDealtOverRows) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("weft_batch_long_" + std::to_string(getpid()));
  RandomModel model;
  model.context = 300;
  write_random_model(model, folder);
  Prompts prompts(3);
  for (int i = 0; i < 190; ++i) {
    for (int sequence = 0; sequence < 3; ++sequence) {
      prompts[static_cast<std::size_t>(sequence)].push_back((i * 7 + sequence * 3) % 50);
    }
  }
  cli::RunArguments arguments = batch_run("mesh32", "5x17", folder.string(), prompts);
  arguments.new_tokens = 3;
  arguments.overrides = {"tile.sram=1 MiB"};
  const auto outcome = cli::run(arguments);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->recording.check().verdict(), "pass") << outcome->recording.check().first_bad();
  std::filesystem::remove_all(folder);
}

// Where all logits at a time are too much, a group of sequences gets its own after the other.
TEST(BatchOfModels, GroupsThatGetTheirLogitsInTurnAreAsAlone) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("weft_batch_groups_" + std::to_string(getpid()));
  RandomModel model;
  model.vocabulary = 900;
  write_random_model(model, folder);
  const Prompts prompts = {{1, 5, 9}, {2, 3, 7}, {30, 8, 2}, {31, 9, 800}, {4, 4, 4}, {7, 0, 1}};
  // On long columns norms ride with products.
  for (const auto& [region, sram] : {std::pair{"4x6", "13 KiB"}, std::pair{"3x18", "13 KiB"}}) {
    SCOPED_TRACE(region);
    cli::RunArguments arguments = batch_run("mesh32", region, folder.string(), prompts);
    arguments.overrides = {std::string("tile.sram=") + sram};
    const auto outcome = cli::run(arguments);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_THAT(
        outcome->decisions,
        testing::Contains(testing::HasSubstr("of 6 sequences at a time, for want of room")));
    std::vector<std::int64_t> chosen;
    for (const auto& op : outcome->recording.ops()) {
      if (op.name() == "token") {
        chosen.push_back(op.end());
      }
    }
    EXPECT_GT(outcome->recording.summary().first_token_cycles(), chosen.front());
    expect_as_alone(arguments, prompts);
  }
  std::filesystem::remove_all(folder);
}

// Of a batch all of the dataflow engine's ways agree on the time, in every phase.
TEST(BatchTiming, TilesAsVectorsAndOneByOneTakeTheSameCycles) {
  const auto checkpoint = models::load_checkpoint("fable-1m");
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
  for (const char* const arch : {"mesh32", "wse2"}) {
    const auto machine = arch::load_machine(arch, {});
    ASSERT_TRUE(machine.ok()) << machine.error().message;
    for (const auto phase :
         {mapper::Phase::generate, mapper::Phase::prefill, mapper::Phase::decode}) {
      mapper::Request request;
      request.phase = phase;
      request.batch = 5;
      request.new_tokens = 3;
      request.region = weft::Rect{0, 0, 24, 30};
      if (phase == mapper::Phase::decode) {
        request.first_position = 40;
      } else {
        request.prompt.assign(4 * 5, 7);
      }
      const auto mapped = mapper::map_model(checkpoint->graph, *machine, request);
      ASSERT_TRUE(mapped.ok()) << mapped.error().message;
      const auto sound = isa::verify(mapped->bundle, *machine, nullptr);
      ASSERT_TRUE(sound.ok()) << sound.error().message;
      sim::Options options;
      options.data = false;
      options.engine = sim::EngineKind::dataflow;
      const auto vectors = sim::simulate(mapped->bundle, *machine, {}, options);
      ASSERT_TRUE(vectors.ok()) << vectors.error().message;
      EXPECT_TRUE(vectors->vectors) << vectors->scalar_because;
      EXPECT_TRUE(vectors->exact) << vectors->exactness;
      options.scalar = true;
      for (const bool lean : {true, false}) {
        options.lean = lean;
        const auto tiles = sim::simulate(mapped->bundle, *machine, {}, options);
        ASSERT_TRUE(tiles.ok()) << tiles.error().message;
        EXPECT_EQ(tiles->cycles, vectors->cycles) << arch << ", lean " << lean;
      }
    }
  }
}

// Property: whatever the model, the region and the batch, every op of every sequence is inside its
// bound, whether it runs as a whole or not.
TEST(BatchOfModels, RandomShapesAreInsideTheirBounds) {
  const std::uint32_t seed = 20261123;
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto folder =
      std::filesystem::temp_directory_path() / ("weft_batch_random_" + std::to_string(getpid()));
  for (int round = 0; round < 10; ++round) {
    RandomModel model;
    model.kv_heads = 1 + below(3);
    model.heads = model.kv_heads * (1 + below(4));
    model.head_dim = 2 * (1 + below(5));
    model.width = 8 + below(50);
    model.hidden = 5 + below(60);
    model.vocabulary = 51 + below(200);
    model.layers = 1 + below(3);
    model.dtype = below(2) == 0 ? DType::f16 : DType::f32;
    model.seed = random();
    const std::string region = std::to_string(1 + below(20)) + "x" + std::to_string(1 + below(24));
    const std::string arch = below(2) == 0 ? "mesh32" : "wse2";
    Prompts prompts(2 + random() % 5, std::vector<int>(1 + random() % 9));
    for (auto& prompt : prompts) {
      for (int& id : prompt) {
        id = below(model.vocabulary);
      }
    }
    write_random_model(model, folder);
    cli::RunArguments arguments = batch_run(arch, region, folder.string(), prompts);
    arguments.overrides = {"tile.sram=1 MiB"};
    arguments.logits = below(3) == 0 ? "all" : "last";
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round) + ": " + arch +
                 " " + region + ", batch " + std::to_string(prompts.size()) + ", heads " +
                 std::to_string(model.heads) + "/" + std::to_string(model.kv_heads) + " of " +
                 std::to_string(model.head_dim) + ", width " + std::to_string(model.width) +
                 ", hidden " + std::to_string(model.hidden));
    const auto outcome = cli::run(arguments);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    ASSERT_EQ(outcome->recording.check().verdict(), "pass")
        << outcome->recording.check().first_bad();
    EXPECT_TRUE(outcome->result.exact) << outcome->result.exactness;
    cli::RunArguments word = arguments;
    word.check = "none";
    word.data = "off";
    word.engine = "word";
    const auto slow = cli::run(word);
    ASSERT_TRUE(slow.ok()) << slow.error().message;
    EXPECT_EQ(slow->result.cycles, outcome->result.cycles);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weft
