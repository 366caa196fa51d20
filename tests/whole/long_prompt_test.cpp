// SPDX-License-Identifier: Apache-2.0
// Prompts of more tokens than a tile holds: dealt over rows of tiles, step by step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/whole/fable.h"
#include "tests/whole/random_model.h"

namespace weft {
namespace {

class LongPrompt : public ::testing::Test {
 protected:
  LongPrompt() {
    RandomModel model;
    model.context = 700;
    write_random_model(model, folder_);
  }
  ~LongPrompt() override { std::filesystem::remove_all(folder_); }

  // 533 tokens: 33 chunks of 16 and one of 5.
  cli::RunArguments arguments(const std::string& region) const {
    cli::RunArguments arguments = fable_run("mesh32", region);
    arguments.model = folder_.string();
    arguments.prompt.reset();
    arguments.prompt_tokens = "1";
    for (int i = 1; i < 533; ++i) {
      arguments.prompt_tokens += "," + std::to_string(i * 7 % 50);
    }
    arguments.new_tokens = 3;
    arguments.overrides = {"tile.sram=1 MiB"};
    return arguments;
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("weft_long_prompt_" + std::to_string(getpid()));
};

TEST_F(LongPrompt, EveryOpInsideItsBoundOnEveryRegion) {
  for (const char* region : {"1x1", "5x4", "3x17", "13x7+19+25"}) {
    const auto outcome = cli::run(arguments(region));
    ASSERT_TRUE(outcome.ok()) << region << ": " << outcome.error().message;
    EXPECT_EQ(outcome->recording.check().verdict(), "pass")
        << region << ": " << outcome->recording.check().first_bad();
    EXPECT_EQ(outcome->recording.generated().token_ids_size(), 3);
  }
}

TEST_F(LongPrompt, BothEnginesGiveTheSameCycles) {
  for (const char* region : {"5x4", "3x17"}) {
    cli::RunArguments fast = arguments(region);
    fast.data = "off";
    fast.check = "none";
    cli::RunArguments slow = fast;
    fast.engine = "dataflow";
    slow.engine = "word";
    const auto quick = cli::run(fast);
    const auto exact = cli::run(slow);
    ASSERT_TRUE(quick.ok()) << quick.error().message;
    ASSERT_TRUE(exact.ok()) << exact.error().message;
    EXPECT_TRUE(quick->result.exact) << region << ": " << quick->result.exactness;
    EXPECT_EQ(quick->result.cycles.count(), exact->result.cycles.count()) << region;
  }
}

}  // namespace
}  // namespace weft
