// SPDX-License-Identifier: Apache-2.0
// Greedy ids of every prompt in expected.json, on three region shapes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/file.h"
#include "tests/whole/fable.h"

namespace weft {
namespace {

struct Case {
  std::string arch, region;
  int prompt;
};

std::string join(const std::vector<int>& ids) {
  std::string text;
  for (const int id : ids) {
    text += (text.empty() ? "" : ",") + std::to_string(id);
  }
  return text;
}

nlohmann::json expected() {
  return nlohmann::json::parse(*read_file(fable_folder() + "/expected.json"));
}

class Text : public ::testing::TestWithParam<Case> {};

// A position may differ only where the float64 margin is below the logit error measured in the run;
// it is then teacher-forced: the run goes on from the expected prefix.
TEST_P(Text, GreedyIdsAreTheExpectedOnes) {
  const Case& param = GetParam();
  const auto prompt = expected()["prompts"][static_cast<std::size_t>(param.prompt)];
  const auto want = prompt["new_ids"].get<std::vector<int>>();
  const auto margin = prompt["margin"].get<std::vector<double>>();
  const auto prompt_ids = prompt["prompt_ids"].get<std::vector<int>>();
  std::size_t done = 0;
  int forced = 0;
  while (done < want.size()) {
    std::vector<int> ids = prompt_ids;
    ids.insert(ids.end(), want.begin(), want.begin() + static_cast<std::ptrdiff_t>(done));
    cli::RunArguments arguments = fable_run(param.arch, param.region);
    arguments.prompt.reset();
    arguments.prompt_tokens = join(ids);
    arguments.new_tokens = static_cast<int>(want.size() - done);
    const auto outcome = cli::run(arguments);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(outcome->exit_code(), 0) << outcome->recording.check().first_bad();
    EXPECT_TRUE(outcome->result.exact) << outcome->result.exactness;
    const auto& got = outcome->recording.generated().token_ids();
    ASSERT_EQ(got.size(), arguments.new_tokens);
    int at = 0;
    while (at < got.size() && got[at] == want[done]) {
      ++at;
      ++done;
    }
    if (done < want.size()) {
      EXPECT_LT(margin[done], outcome->recording.check().logit_error())
          << "token " << done << " is " << got[at] << ", expected " << want[done];
      ++forced;
      ++done;
    }
  }
  fmt::print("{} {} prompt {}: {} ids, {} teacher-forced\n", param.arch, param.region, param.prompt,
             want.size(), forced);
  EXPECT_LE(forced, 1);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto& [arch, region] :
       {std::pair("mesh8", "8x8"), std::pair("mesh32", "13x7"), std::pair("mesh32", "32x32")}) {
    for (int prompt = 0; prompt < 5; ++prompt) {
      all.push_back({arch, region, prompt});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Fable, Text, ::testing::ValuesIn(cases()), [](const auto& param) {
  return param.param.region + "_prompt" + std::to_string(param.param.prompt);
});

TEST(Prompt, TextAndIdsAreOneThing) {
  const auto prompt = expected()["prompts"][0];
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  arguments.prompt = prompt["prompt"].get<std::string>();
  arguments.new_tokens = 64;
  const auto outcome = cli::run(arguments);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  const auto& generated = outcome->recording.generated();
  EXPECT_EQ(generated.prompt() + generated.text(), prompt["text"].get<std::string>());
}

}  // namespace
}  // namespace weft
